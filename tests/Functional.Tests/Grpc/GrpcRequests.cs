using System.Buffers;
using System.Text.Json;
using Google.Protobuf;
using InferenceServices.Codecs.Grpc;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Grpc;

/// <summary>Creates requests to the test models.</summary>
internal static class GrpcRequests
{
    /// <summary>Creates a request with one FP32 row or vector in typed contents.</summary>
    public static ModelInferRequest Typed(string model, string input, long[] shape, params float[] values) => new()
    {
        ModelName = model,
        Inputs =
        {
            new ModelInferRequest.Types.InferInputTensor
            {
                Name = input,
                Datatype = "FP32",
                Shape = { shape },
                Contents = new InferTensorContents { Fp32Contents = { values } },
            },
        },
    };

    /// <summary>Creates a request with a number of iterations of the model <c>slow</c>; a million take minutes.</summary>
    public static ModelInferRequest Slow(long turns) => new()
    {
        ModelName = "slow",
        Inputs =
        {
            new ModelInferRequest.Types.InferInputTensor
            {
                Name = "turns",
                Datatype = "INT64",
                Shape = { 1 },
                Contents = new InferTensorContents { Int64Contents = { turns } },
            },
        },
    };

    /// <summary>Creates a request with JSON bodies for a service.</summary>
    public static ModelInferRequest Bodies(string model, params string[] bodies) => new()
    {
        ModelName = model,
        Inputs =
        {
            new ModelInferRequest.Types.InferInputTensor
            {
                Name = "input",
                Datatype = "BYTES",
                Shape = { bodies.Length },
                Contents = new InferTensorContents { BytesContents = { bodies.Select(ByteString.CopyFromUtf8) } },
            },
        },
    };

    /// <summary>Creates the request of a case of <c>expected.json</c>, in raw or typed contents.</summary>
    public static ModelInferRequest Of(string model, IEnumerable<JsonElement> inputs, IEnumerable<JsonElement> outputs, bool raw)
    {
        var request = new ModelInferRequest { ModelName = model.Split('/')[0], ModelVersion = model.Split('/').ElementAtOrDefault(1) ?? "" };
        foreach (var input in inputs)
        {
            using var tensor = ExpectedTensors.ToTensor(input);
            var message = new ModelInferRequest.Types.InferInputTensor
            {
                Name = input.GetProperty("name").GetString(),
                Datatype = tensor.Datatype.ToWire(),
                Shape = { ExpectedCase.Dims(input) },
            };
            if (raw) request.RawInputContents.Add(ByteString.CopyFrom(tensor.Bytes));
            else message.Contents = ContentsOf(tensor);
            request.Inputs.Add(message);
        }
        request.Outputs.Add(outputs.Select(output => new ModelInferRequest.Types.InferRequestedOutputTensor { Name = output.GetProperty("name").GetString() }));
        return request;
    }

    private static InferTensorContents ContentsOf(Tensor tensor)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(bytes);
        TensorContentsWriter.Write(ref writer, tensor);
        writer.Flush();
        return InferTensorContents.Parser.ParseFrom(bytes.WrittenSpan);
    }
}
