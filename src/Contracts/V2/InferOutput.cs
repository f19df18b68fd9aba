using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Contracts.V2;

/// <summary>One named output tensor.</summary>
/// <param name="Name">The model's output name.</param>
/// <param name="Tensor">Datatype, shape and data.</param>
/// <param name="Parameters">Null when there are none.</param>
/// <remarks>Open Inference Protocol, <c>$response_output</c>.</remarks>
public sealed record InferOutput(string Name, Tensor Tensor, IReadOnlyDictionary<string, InferParameter>? Parameters = null);
