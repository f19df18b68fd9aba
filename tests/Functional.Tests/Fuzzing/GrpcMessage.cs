using Google.Protobuf;
using InferenceServices.Codecs.Grpc.Messages;

namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>Bytes of a gRPC message, valid or not.</summary>
/// <param name="Bytes">Bytes after the five-byte prefix.</param>
public sealed record GrpcMessage(byte[] Bytes)
{
    /// <summary>Formats the bytes in Base64 and as a message.</summary>
    public override string ToString()
    {
        try
        {
            return Convert.ToBase64String(Bytes) + "\n" + ModelInferRequest.Parser.ParseFrom(Bytes);
        }
        catch (InvalidProtocolBufferException exception)
        {
            return Convert.ToBase64String(Bytes) + "\n" + exception.Message;
        }
    }
}
