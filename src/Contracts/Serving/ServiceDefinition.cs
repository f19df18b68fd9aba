namespace InferenceServices.Contracts.Serving;

/// <summary>An inference service as the server runs it.</summary>
/// <param name="ModelName">Name of the service in URLs, and of its model at the predictor.</param>
/// <param name="Transformer">Converts the body to tensors, and tensors to the response.</param>
/// <param name="Explainer">Computes explanations; null if the server has no explainer.</param>
/// <param name="MaxBodyBytes">Largest body in bytes; a larger one gets 413.</param>
public sealed record ServiceDefinition(string ModelName, ITransformer Transformer, IExplainer? Explainer, long MaxBodyBytes);
