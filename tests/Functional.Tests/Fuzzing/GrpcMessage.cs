using Google.Protobuf;
using InferenceServices.Codecs.Grpc.Messages;

namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>A gRPC message, whose bytes need be none.</summary>
/// <param name="Bytes">Behind the five of the frame.</param>
public sealed record GrpcMessage(byte[] Bytes)
{
    /// <summary>As a failure shows it; can be typed in again.</summary>
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
