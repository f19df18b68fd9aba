using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using InferenceServices.Codecs;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Codecs.V2;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Benchmarks;

/// <summary>The same request in every protocol, as files for load generators.</summary>
internal static class Bodies
{
    /// <summary>
    /// Writes, for each case, <c>CASE.v1</c> (tables only), <c>CASE.v2</c>, <c>CASE.binary</c> with its JSON's length in <c>CASE.binary.length</c>,
    /// and a ModelInfer message in its frame: <c>CASE.grpc</c> with raw contents, <c>CASE.typed.grpc</c> with typed contents.
    /// </summary>
    public static void Write(string directory)
    {
        Directory.CreateDirectory(directory);
        var random = new Random(1);
        foreach (var model in new[] { "iris-mlp", "tree-ensemble" }) Write(directory, model, "x", new Shape(1, 4), [6.8f, 2.8f, 4.8f, 1.4f]);
        foreach (var model in new[] { "free", "mlp" }) Write(directory, model, "x", new Shape(1, 256), Numbers(256));
        Write(directory, "image-mean", "image", new Shape(1, 3, 224, 224), Numbers(3 * 224 * 224));

        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 10)];
    }

    private static void Write(string directory, string model, string input, Shape shape, float[] values)
    {
        var path = Path.Combine(directory, model);
        var numbers = string.Join(',', values.Select(value => value.ToString(CultureInfo.InvariantCulture)));
        if (shape.Rank == 2) File.WriteAllText(path + ".v1", $$"""{"instances":[[{{numbers}}]]}""");

        using var request = InferRequest.Of(input, Tensor.Of<float>(Datatype.Fp32, shape, values));
        File.WriteAllBytes(path + ".v2", JsonBuffer.Write(request, static (writer, asked) => InferRequestJson.Write(writer, asked, binary: false)));

        byte[] json = [.. JsonBuffer.Write(request with { BinaryDataOutput = true }, static (writer, asked) => InferRequestJson.Write(writer, asked, binary: true))];
        File.WriteAllBytes(path + ".binary", [.. json, .. request.Inputs[0].Tensor.Bytes]);
        File.WriteAllText(path + ".binary.length", json.Length.ToString(CultureInfo.InvariantCulture));

        File.WriteAllBytes(path + ".grpc", Frame(model, input, shape, null, ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values))));
        File.WriteAllBytes(path + ".typed.grpc", Frame(model, input, shape, new InferTensorContents { Fp32Contents = { values } }, null));
    }

    private static byte[] Frame(string model, string input, Shape shape, InferTensorContents? contents, ByteString? raw)
    {
        var message = new ModelInferRequest { ModelName = model };
        message.Inputs.Add(new ModelInferRequest.Types.InferInputTensor { Name = input, Datatype = "FP32", Shape = { shape.ToArray() }, Contents = contents });
        if (raw is not null) message.RawInputContents.Add(raw);
        var frame = new byte[5 + message.CalculateSize()];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)message.CalculateSize());
        message.WriteTo(frame.AsSpan(5));
        return frame;
    }
}
