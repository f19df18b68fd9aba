using Google.Protobuf;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.Grpc;

/// <summary>Writes a response as a <c>ModelInferResponse</c>, in raw or typed contents.</summary>
internal static class InferResponseMessage
{
    /// <summary>Writes a message. Raw contents are not copied: the response must be disposed after the message is serialized.</summary>
    /// <param name="response">The response. The caller owns it.</param>
    /// <param name="id">Id of the request.</param>
    /// <param name="raw">Whether to use raw contents. If an output has no typed form, all outputs are raw.</param>
    public static ModelInferResponse Write(InferResponse response, string id, bool raw)
    {
        var message = new ModelInferResponse { ModelName = response.ModelName, ModelVersion = response.ModelVersion ?? "", Id = id };
        ParameterMap.Write(message.Parameters, response.Parameters);
        foreach (var output in response.Outputs) raw |= !TypedContents.Supports(output.Tensor.Datatype);
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

    /// <summary>Returns whether a request has typed contents, and so its response too. Without data in the request, the response is raw.</summary>
    public static bool IsTyped(ModelInferRequest request)
    {
        foreach (var input in request.Inputs)
            if (TypedContents.Any(input.Contents)) return true;
        return false;
    }
}
