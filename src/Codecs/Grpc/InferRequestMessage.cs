using InferenceServices.Codecs.V2;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.Grpc;

/// <summary>A <c>ModelInferRequest</c> as read, not validated. Owns the memory of its tensors until <see cref="ToRequest"/>.</summary>
/// <remarks>Open Inference Protocol, <c>ModelInferRequest</c>; error messages of KServe or Triton where they exist.</remarks>
internal sealed class InferRequestMessage : IDisposable
{
    public string ModelName { get; set; } = "";

    public string ModelVersion { get; set; } = "";

    public string Id { get; set; } = "";

    public Dictionary<string, InferParameter>? Parameters { get; set; }

    public List<InputMessage> Inputs { get; } = [];

    public List<(string Name, Dictionary<string, InferParameter>? Parameters)>? Outputs { get; set; }

    /// <summary>Gets or sets the raw input contents with their lengths.</summary>
    public List<(AlignedMemory? Block, int Length)>? RawContents { get; set; }

    /// <summary>Gets whether the request has typed contents, and so its response too. Without data in the request, the response is raw.</summary>
    public bool IsTyped { get; private set; }

    /// <summary>Creates the request. Its tensors, all in raw contents or all in typed contents, take the memory of this message.</summary>
    /// <returns>The request, which the caller disposes.</returns>
    /// <exception cref="InvalidInputException">A field is missing or inconsistent with another: 400.</exception>
    public InferRequest ToRequest()
    {
        if (RawContents is not null && RawContents.Count != Inputs.Count)
        {
            throw new InvalidInputException(
                $"the number of inputs ({Inputs.Count}) does not match the expected number of raw input contents ({RawContents.Count}) for model {ModelName}");
        }
        foreach (var input in Inputs) IsTyped |= input.Contents is { Any: true };
        var inputs = new InferInput[Inputs.Count];
        try
        {
            for (var i = 0; i < inputs.Length; i++) inputs[i] = ToInput(i);
            return new InferRequest
            {
                Id = Id.Length > 0 ? Id : null,
                Parameters = ParameterMap.Read(Parameters, "parameters", out _),
                Inputs = inputs,
                Outputs = ToOutputs(),
            };
        }
        catch
        {
            foreach (var input in inputs) input?.Tensor.Dispose();
            throw;
        }
    }

    /// <summary>Releases the memory that no tensor has taken.</summary>
    public void Dispose()
    {
        foreach (var input in Inputs) input.Contents?.Dispose();
        if (RawContents is null) return;
        foreach (var (block, _) in RawContents) ((IDisposable?)block)?.Dispose();
        RawContents = null;
    }

    private InferInput ToInput(int index)
    {
        var input = Inputs[index];
        if (input.Name.Length == 0) throw new InvalidInputException($"inputs[{index}] lacks 'name'");
        if (!DatatypeExtensions.TryParse(input.Datatype, out var datatype))
        {
            throw new InvalidInputException(
                $"inputs[{index}].datatype should be one of the protocol's datatypes such as FP32, got '{input.Datatype}'");
        }
        if (input.Shape.AsSpan().IndexOfAnyInRange(long.MinValue, -1L) is >= 0 and var axis)
            throw new InvalidInputException($"inputs[{index}].shape should be whole numbers, 0 or more; axis {axis} is {input.Shape[axis]}");
        var parameters = ParameterMap.Read(input.Parameters, $"inputs[{index}].parameters", out _);
        return new InferInput(input.Name, ToTensor(input, datatype, index), parameters);
    }

    private Tensor ToTensor(InputMessage input, Datatype datatype, int index)
    {
        if (RawContents is null) return (input.Contents ??= new TensorContents()).ToTensor(datatype, input.Shape, $"input '{input.Name}'");
        if (input.Contents is { Any: true })
        {
            throw new InvalidInputException(
                $"contents field must not be specified when using raw_input_contents for '{input.Name}' for model '{ModelName}'");
        }
        var (block, length) = RawContents[index];
        RawTensor.Check(input.Name, ModelName, datatype, input.Shape, block!.GetSpan()[..length]);
        RawContents[index] = default;
        return Tensor.Adopt(datatype, input.Shape, block, length);
    }

    private List<RequestedOutput>? ToOutputs()
    {
        if (Outputs is null) return null;
        var outputs = new List<RequestedOutput>(Outputs.Count);
        foreach (var (name, given) in Outputs)
        {
            var where = $"outputs[{outputs.Count}]";
            if (name.Length == 0) throw new InvalidInputException($"{where} lacks 'name'");
            var parameters = ParameterMap.Read(given, $"{where}.parameters", out var classification);
            outputs.Add(new RequestedOutput(name, parameters) { Classification = classification });
        }
        return outputs;
    }
}
