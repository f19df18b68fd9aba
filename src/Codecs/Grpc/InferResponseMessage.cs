using Google.Protobuf;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.Grpc;

/// <summary>A response as a <c>ModelInferResponse</c>, in raw bytes or in typed fields.</summary>
internal static class InferResponseMessage
{
    /// <summary>Writes a message. Raw bytes are not copied: the response is disposed after the message was serialized.</summary>
    /// <param name="response">Stays the caller's.</param>
    /// <param name="id">The request's.</param>
    /// <param name="raw">Whether the caller wants bytes. Outputs that have no other form are bytes, and then all are.</param>
    public static ModelInferResponse Write(InferResponse response, string id, bool raw)
    {
        var message = new ModelInferResponse { ModelName = response.ModelName, ModelVersion = response.ModelVersion ?? "", Id = id };
        ParameterMap.Write(message.Parameters, response.Parameters);
        foreach (var output in response.Outputs) raw |= !output.Tensor.Datatype.HasJsonForm();
        foreach (var output in response.Outputs)
        {
            var tensor = new ModelInferResponse.Types.InferOutputTensor { Name = output.Name, Datatype = output.Tensor.Datatype.ToWire() };
            tensor.Shape.Add(output.Tensor.Shape.ToArray());
            ParameterMap.Write(tensor.Parameters, output.Parameters);
            if (raw) message.RawOutputContents.Add(UnsafeByteOperations.UnsafeWrap(output.Tensor.Memory));
            else tensor.Contents = TypedContentsWriter.Write(output.Tensor);
            message.Outputs.Add(tensor);
        }
        return message;
    }

    /// <summary>Whether a request has typed fields, which an answer then has as well. Bytes are answered in bytes, and so is no data at all.</summary>
    public static bool IsTyped(ModelInferRequest request)
    {
        foreach (var input in request.Inputs)
            if (TypedContents.Any(input.Contents)) return true;
        return false;
    }
}
