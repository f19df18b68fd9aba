using System.Buffers;
using System.Text;
using System.Text.Json;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Testing;

/// <summary>Calls the codecs under test.</summary>
internal static class Json
{
    public static byte[] Utf8(string json) => Encoding.UTF8.GetBytes(json);

    public static string Written(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        write(writer);
        writer.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static string[] Texts(Tensor tensor)
    {
        var texts = new List<string>();
        foreach (var element in tensor.Elements) texts.Add(Encoding.UTF8.GetString(element));
        return [.. texts];
    }

    public static Tensor Strings(params string[] texts)
    {
        using var builder = new TensorBuilder(Datatype.Bytes, texts.Length);
        foreach (var text in texts) builder.AppendBytes(Encoding.UTF8.GetBytes(text));
        return builder.Build(new Shape(texts.Length));
    }

    public static ModelMetadata Model(params TensorMetadata[] inputs) => new("m", ["1"], "onnxruntime_onnx", inputs, []);
}
