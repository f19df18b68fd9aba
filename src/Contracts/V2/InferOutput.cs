using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Contracts.V2;

/// <summary>A named output tensor.</summary>
/// <param name="Name">Name of the model's output.</param>
/// <param name="Tensor">Datatype, shape and data.</param>
/// <param name="Parameters">Parameters; null for none.</param>
/// <remarks>Open Inference Protocol, <c>$response_output</c>.</remarks>
public sealed record InferOutput(string Name, Tensor Tensor, IReadOnlyDictionary<string, InferParameter>? Parameters = null);
