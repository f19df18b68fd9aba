using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Contracts.V2;

/// <summary>A named input tensor.</summary>
/// <param name="Name">Name of the model's input.</param>
/// <param name="Tensor">Datatype, shape and data.</param>
/// <param name="Parameters">The client's parameters; null for none.</param>
/// <remarks>Open Inference Protocol, <c>$request_input</c>.</remarks>
public sealed record InferInput(string Name, Tensor Tensor, IReadOnlyDictionary<string, InferParameter>? Parameters = null);
