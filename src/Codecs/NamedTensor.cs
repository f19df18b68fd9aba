using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Codecs;

/// <summary>A tensor to write as nested JSON.</summary>
/// <param name="Name">Name of the input or output.</param>
/// <param name="Tensor">The tensor.</param>
/// <param name="Keys">Keys along the last axis, which is written as an object; null for an array.</param>
internal readonly record struct NamedTensor(string Name, Tensor Tensor, IReadOnlyList<string>? Keys = null);
