using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Contracts.V2;

/// <summary>What a model declares of one input or output.</summary>
/// <param name="Name">Unique among the inputs, or among the outputs.</param>
/// <param name="Datatype">Element type.</param>
/// <param name="Shape">-1 for a free axis.</param>
/// <param name="Labels">Labels of the positions along an output's last axis; null if there are none.</param>
/// <remarks>Open Inference Protocol, <c>$metadata_tensor</c>; labels do not travel in it.</remarks>
public sealed record TensorMetadata(string Name, Datatype Datatype, Shape Shape, IReadOnlyList<string>? Labels = null);
