using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Contracts.V2;

/// <summary>Metadata of an input or output.</summary>
/// <param name="Name">Name, unique among the inputs or among the outputs.</param>
/// <param name="Datatype">Element type.</param>
/// <param name="Shape">Shape; -1 for a dynamic axis.</param>
/// <param name="Labels">Labels of the positions along an output's last axis; null if there are none.</param>
/// <remarks>Open Inference Protocol, <c>$metadata_tensor</c>, which does not include labels.</remarks>
public sealed record TensorMetadata(string Name, Datatype Datatype, Shape Shape, IReadOnlyList<string>? Labels = null);
