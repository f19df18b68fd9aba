namespace InferenceServices.Contracts.Serving;

/// <summary>A service as the data plane runs it.</summary>
/// <param name="ModelName">What requests call it, and its model at the predictor.</param>
/// <param name="Transformer">From body to tensors and back.</param>
/// <param name="Explainer">Null where the server has none.</param>
/// <param name="MaxBodyBytes">Larger bodies are refused with 413.</param>
public sealed record InferenceService(string ModelName, ITransformer Transformer, IExplainer? Explainer, long MaxBodyBytes);
