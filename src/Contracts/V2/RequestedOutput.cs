namespace InferenceServices.Contracts.V2;

/// <summary>An output the caller asks for.</summary>
/// <param name="Name">The model's output name.</param>
/// <param name="Parameters">As sent; null when there were none.</param>
/// <remarks>Open Inference Protocol, <c>$request_output</c>.</remarks>
public sealed record RequestedOutput(string Name, IReadOnlyDictionary<string, InferParameter>? Parameters = null);
