using Google.Protobuf;
using Google.Protobuf.Collections;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Codecs.V2;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.Grpc;

/// <summary>Writes requests and reads responses for a gRPC client.</summary>
/// <remarks>Open Inference Protocol, "gRPC".</remarks>
internal static class GrpcMessages
{
    private const int MaxAxes = 32;

    /// <summary>Writes a request with tensors in raw contents.</summary>
    public static ModelInferRequest Write(string modelName, string? modelVersion, InferRequest request)
    {
        var message = new ModelInferRequest { ModelName = modelName, ModelVersion = modelVersion ?? "", Id = request.Id ?? "" };
        ParameterMap.Write(message.Parameters, request.Parameters);
        foreach (var input in request.Inputs)
        {
            var tensor = new ModelInferRequest.Types.InferInputTensor { Name = input.Name, Datatype = input.Tensor.Datatype.ToWire() };
            tensor.Shape.Add(input.Tensor.Shape.ToArray());
            ParameterMap.Write(tensor.Parameters, input.Parameters);
            message.Inputs.Add(tensor);
            // A copy: a cancelled call ends before the connection has released its message, when the tensor's memory may be in use again.
            message.RawInputContents.Add(ByteString.CopyFrom(input.Tensor.Bytes));
        }
        foreach (var output in request.Outputs ?? [])
        {
            var requested = new ModelInferRequest.Types.InferRequestedOutputTensor { Name = output.Name };
            ParameterMap.Write(requested.Parameters, output.Parameters);
            message.Outputs.Add(requested);
        }
        return message;
    }

    /// <summary>Reads a response with tensors in raw contents, which are not copied, or in typed contents.</summary>
    /// <returns>The response, which the caller disposes.</returns>
    /// <exception cref="InvalidInputException">The response is inconsistent; the message has the fields.</exception>
    public static InferResponse Read(ModelInferResponse message)
    {
        var raw = message.RawOutputContents;
        if (raw.Count > 0 && raw.Count != message.Outputs.Count)
            throw new InvalidInputException($"{message.Outputs.Count} outputs should have as many raw output contents, got {raw.Count}");
        var outputs = new List<InferOutput>(message.Outputs.Count);
        try
        {
            for (var i = 0; i < message.Outputs.Count; i++)
            {
                var output = message.Outputs[i];
                var (datatype, shape) = (DatatypeOf(output.Datatype), ShapeOf(output.Shape));
                var tensor = raw.Count > 0
                    ? Wrap(output.Name, message.ModelName, datatype, shape, raw[i])
                    : TensorContents.Read(output.Contents, datatype, shape, $"output '{output.Name}'");
                outputs.Add(new InferOutput(output.Name, tensor));
            }
            return new InferResponse { ModelName = message.ModelName, ModelVersion = TextOf(message.ModelVersion), Id = TextOf(message.Id), Outputs = outputs };
        }
        catch
        {
            foreach (var output in outputs) output.Tensor.Dispose();
            throw;
        }
    }

    /// <summary>Reads the metadata of a model. Tensors of an unknown datatype are ignored, as over REST.</summary>
    public static ModelMetadata Read(ModelMetadataResponse message)
        => new(message.Name, [.. message.Versions], message.Platform, [.. TensorsOf(message.Inputs)], [.. TensorsOf(message.Outputs)]);

    private static Tensor Wrap(string name, string modelName, Datatype datatype, Shape shape, ByteString bytes)
    {
        RawTensor.Check(name, modelName, datatype, shape, bytes.Span);
        return Tensor.Own(datatype, shape, new TensorMemory(bytes));
    }

    private static Datatype DatatypeOf(string text)
        => DatatypeExtensions.TryParse(text, out var datatype)
            ? datatype
            : throw new InvalidInputException($"datatype should be one of the protocol's such as FP32, got '{text}'");

    private static Shape ShapeOf(RepeatedField<long> dims)
    {
        if (dims.Count > MaxAxes) throw new InvalidInputException($"shape should have at most {MaxAxes} axes");
        foreach (var dim in dims)
            if (dim < 0) throw new InvalidInputException($"shape should be whole numbers, 0 or more, got {dim}");
        return new Shape([.. dims]);
    }

    private static IEnumerable<TensorMetadata> TensorsOf(RepeatedField<ModelMetadataResponse.Types.TensorMetadata> tensors)
    {
        foreach (var tensor in tensors)
            if (DatatypeExtensions.TryParse(tensor.Datatype, out var datatype)) yield return new TensorMetadata(tensor.Name, datatype, new Shape([.. tensor.Shape]));
    }

    private static string? TextOf(string field) => field.Length > 0 ? field : null;
}
