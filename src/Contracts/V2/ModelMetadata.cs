namespace InferenceServices.Contracts.V2;

/// <summary>Metadata of a model.</summary>
/// <param name="Name">Name in requests.</param>
/// <param name="Versions">All served versions, lowest first.</param>
/// <param name="Platform"><c>onnxruntime_onnx</c>, Triton's name for ONNX files; empty for a service.</param>
/// <param name="Inputs">Inputs in the model's order.</param>
/// <param name="Outputs">Outputs in the model's order.</param>
/// <remarks>Open Inference Protocol, <c>$metadata_model_response</c>.</remarks>
public sealed record ModelMetadata(
    string Name,
    IReadOnlyList<string> Versions,
    string Platform,
    IReadOnlyList<TensorMetadata> Inputs,
    IReadOnlyList<TensorMetadata> Outputs)
{
    /// <summary>Gets the inputs that every request has.</summary>
    public IReadOnlyList<TensorMetadata> RequiredInputs
    {
        get
        {
            for (var i = 0; i < Inputs.Count; i++)
                if (Inputs[i].IsOptional) return [.. Inputs.Where(input => !input.IsOptional)];
            return Inputs;
        }
    }

    /// <summary>Gets the policy that selected the versions: <c>all</c>, <c>latest:N</c> or version numbers separated by commas.</summary>
    public string VersionPolicy { get; init; } = "all";
}
