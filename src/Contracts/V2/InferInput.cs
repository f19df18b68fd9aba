using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Contracts.V2;

/// <summary>One named input tensor.</summary>
/// <param name="Name">The model's input name.</param>
/// <param name="Tensor">Datatype, shape and data.</param>
/// <param name="Parameters">The caller's own; null when there were none.</param>
/// <remarks>Open Inference Protocol, <c>$request_input</c>.</remarks>
public sealed record InferInput(string Name, Tensor Tensor, IReadOnlyDictionary<string, InferParameter>? Parameters = null);
