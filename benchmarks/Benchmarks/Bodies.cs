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
    /// Writes, for each case, <c>CASE.v1</c>, <c>CASE.v2</c>, <c>CASE.binary</c> with its JSON's length in <c>CASE.binary.length</c>, and
    /// <c>CASE.grpc</c>: a ModelInfer message in its frame.
    /// </summary>
    public static void Write(string directory)
    {
        Directory.CreateDirectory(directory);
        var random = new Random(1);
        Write(Path.Combine(directory, "iris-mlp"), "iris-mlp", [6.8f, 2.8f, 4.8f, 1.4f]);
        float[] values = [.. Enumerable.Range(0, 256).Select(_ => random.NextSingle() * 10)];
        foreach (var model in new[] { "free", "mlp" }) Write(Path.Combine(directory, model), model, values);
    }

    private static void Write(string path, string model, float[] values)
    {
        var numbers = string.Join(',', values.Select(value => value.ToString(CultureInfo.InvariantCulture)));
        File.WriteAllText(path + ".v1", $$"""{"instances":[[{{numbers}}]]}""");

        using var request = InferRequest.Of("x", Tensor.Of<float>(Datatype.Fp32, new Shape(1, values.Length), values));
        File.WriteAllBytes(path + ".v2", JsonBuffer.Write(request, static (writer, asked) => InferRequestJson.Write(writer, asked, binary: false)));

        byte[] json = [.. JsonBuffer.Write(request with { BinaryDataOutput = true }, static (writer, asked) => InferRequestJson.Write(writer, asked, binary: true))];
        File.WriteAllBytes(path + ".binary", [.. json, .. request.Inputs[0].Tensor.Bytes]);
        File.WriteAllText(path + ".binary.length", json.Length.ToString(CultureInfo.InvariantCulture));

        var message = new ModelInferRequest { ModelName = model };
        message.Inputs.Add(new ModelInferRequest.Types.InferInputTensor { Name = "x", Datatype = "FP32", Shape = { 1, values.Length } });
        message.RawInputContents.Add(ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values)));
        var frame = new byte[5 + message.CalculateSize()];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)message.CalculateSize());
        message.WriteTo(frame.AsSpan(5));
        File.WriteAllBytes(path + ".grpc", frame);
    }
}
