using Google.Protobuf;
using Google.Protobuf.Collections;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Codecs.V2;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using Input = InferenceServices.Codecs.Grpc.Messages.ModelInferRequest.Types.InferInputTensor;

namespace InferenceServices.Codecs.Grpc;

/// <summary>Reads a <c>ModelInferRequest</c>, whose tensors are all in raw contents or all in typed contents.</summary>
/// <remarks>Open Inference Protocol, <c>ModelInferRequest</c>; error messages of KServe or Triton where they exist.</remarks>
internal static class InferRequestMessage
{
    private const int MaxAxes = 32;

    /// <summary>Reads a message. Raw contents are not copied: the message must live as long as the request.</summary>
    /// <returns>The request, which the caller disposes.</returns>
    /// <exception cref="InvalidInputException">A field is missing or inconsistent with another: 400.</exception>
    public static InferRequest Read(ModelInferRequest message)
    {
        var raw = message.RawInputContents;
        if (raw.Count > 0 && raw.Count != message.Inputs.Count)
        {
            throw new InvalidInputException(
                $"the number of inputs ({message.Inputs.Count}) does not match the expected number of raw input contents ({raw.Count}) for model {message.ModelName}");
        }
        var inputs = new List<InferInput>(message.Inputs.Count);
        try
        {
            for (var i = 0; i < message.Inputs.Count; i++) inputs.Add(ReadInput(message.Inputs[i], i, raw.Count > 0 ? raw[i] : null, message.ModelName));
            return new InferRequest
            {
                Id = message.Id.Length > 0 ? message.Id : null,
                Parameters = ParameterMap.Read(message.Parameters, "parameters", out _),
                Inputs = inputs,
                Outputs = ReadOutputs(message.Outputs),
            };
        }
        catch
        {
            foreach (var input in inputs) input.Tensor.Dispose();
            throw;
        }
    }

    private static InferInput ReadInput(Input input, int index, ByteString? raw, string modelName)
    {
        if (input.Name.Length == 0) throw new InvalidInputException($"inputs[{index}] lacks 'name'");
        if (!DatatypeExtensions.TryParse(input.Datatype, out var datatype))
        {
            throw new InvalidInputException(
                $"inputs[{index}].datatype should be one of the protocol's datatypes such as FP32, got '{input.Datatype}'");
        }
        var shape = ReadShape(input.Shape, index);
        var parameters = ParameterMap.Read(input.Parameters, $"inputs[{index}].parameters", out _);
        return new InferInput(input.Name, ReadTensor(input, datatype, shape, raw, modelName), parameters);
    }

    private static Tensor ReadTensor(Input input, Datatype datatype, Shape shape, ByteString? raw, string modelName)
    {
        if (raw is null) return TypedContentsReader.Read(input.Contents, datatype, shape, $"input '{input.Name}'");
        if (TypedContents.Any(input.Contents))
        {
            throw new InvalidInputException(
                $"contents field must not be specified when using raw_input_contents for '{input.Name}' for model '{modelName}'");
        }
        RawTensor.Check(input.Name, modelName, datatype, shape, raw.Span);
        return Tensor.Own(datatype, shape, new TensorMemory(raw));
    }

    private static Shape ReadShape(RepeatedField<long> dims, int index)
    {
        if (dims.Count > MaxAxes) throw new InvalidInputException($"inputs[{index}].shape should have at most {MaxAxes} axes");
        var lengths = UnsafeCollectionOperations.AsSpan(dims).ToArray();
        for (var axis = 0; axis < lengths.Length; axis++)
        {
            if (lengths[axis] < 0)
                throw new InvalidInputException($"inputs[{index}].shape should be whole numbers, 0 or more; axis {axis} is {lengths[axis]}");
        }
        return new Shape(lengths);
    }

    private static List<RequestedOutput>? ReadOutputs(RepeatedField<ModelInferRequest.Types.InferRequestedOutputTensor> requested)
    {
        if (requested.Count == 0) return null;
        var outputs = new List<RequestedOutput>(requested.Count);
        foreach (var output in requested)
        {
            var where = $"outputs[{outputs.Count}]";
            if (output.Name.Length == 0) throw new InvalidInputException($"{where} lacks 'name'");
            var parameters = ParameterMap.Read(output.Parameters, $"{where}.parameters", out var classification);
            outputs.Add(new RequestedOutput(output.Name, parameters) { Classification = classification });
        }
        return outputs;
    }
}
