using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Contracts.V2;

/// <summary>Metadata of an input or output.</summary>
/// <param name="Name">Name, unique among the inputs or among the outputs.</param>
/// <param name="Datatype">Element type.</param>
/// <param name="Shape">Shape; -1 for a dynamic axis.</param>
/// <param name="Labels">Labels of the positions along an output's last axis; null if there are none.</param>
/// <remarks>Open Inference Protocol, <c>$metadata_tensor</c>, which includes neither labels nor optional inputs.</remarks>
public sealed record TensorMetadata(string Name, Datatype Datatype, Shape Shape, IReadOnlyList<string>? Labels = null)
{
    /// <summary>Gets whether a request may omit the input: the graph then uses its own value.</summary>
    public bool IsOptional { get; init; }

    /// <summary>Gets whether the labels are keys: V1 writes the last axis as an object by label.</summary>
    public bool IsMap { get; init; }
}
