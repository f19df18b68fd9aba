using System.Buffers;
using Google.Protobuf;
using InferenceServices.Codecs.Grpc;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.Tests.Grpc;

/// <summary>Creates and reads request messages.</summary>
internal static class Message
{
    /// <summary>Creates a request with one input in typed contents, serialized and parsed again.</summary>
    public static ModelInferRequest Typed(string datatype, long[] shape, InferTensorContents? contents)
        => ThroughTheWire(new ModelInferRequest { ModelName = "m", Inputs = { Input("x", datatype, shape, contents) } });

    /// <summary>Creates a request with one input in raw contents.</summary>
    public static ModelInferRequest Raw(string datatype, long[] shape, params byte[] bytes)
        => ThroughTheWire(new ModelInferRequest { ModelName = "m", Inputs = { Input("x", datatype, shape) }, RawInputContents = { ByteString.CopyFrom(bytes) } });

    public static ModelInferRequest.Types.InferInputTensor Input(string name, string datatype, long[] shape, InferTensorContents? contents = null)
        => new() { Name = name, Datatype = datatype, Shape = { shape }, Contents = contents };

    public static ModelInferRequest ThroughTheWire(ModelInferRequest request) => ModelInferRequest.Parser.ParseFrom(request.ToByteArray());

    /// <summary>Reads a message as the server does.</summary>
    public static InferRequest Read(ModelInferRequest request) => Read(new ReadOnlySequence<byte>(request.ToByteArray()));

    /// <inheritdoc cref="Read(ModelInferRequest)"/>
    public static InferRequest Read(ReadOnlySequence<byte> bytes)
    {
        using var message = InferRequestReader.Read(bytes, new WorkCounter());
        return message.ToRequest();
    }
}
