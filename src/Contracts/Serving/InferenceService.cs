namespace InferenceServices.Contracts.Serving;

/// <summary>A service as the data plane runs it.</summary>
/// <param name="ModelName">What requests call it, and its model at the predictor.</param>
/// <param name="Transformer">From body to tensors and back.</param>
/// <param name="Explainer">Null where the server has none.</param>
/// <param name="MaxBodyBytes">Larger bodies are refused with 413.</param>
public sealed record InferenceService(string ModelName, ITransformer Transformer, IExplainer? Explainer, long MaxBodyBytes)
{
    /// <summary>What <see cref="ModelName"/> has behind it where the explainer is asked as a model.</summary>
    public const string ExplainerSuffix = "-explainer";

    /// <summary>The model or service that is explained, where this is its explainer, to be asked as a model: its answers are explanations. Else null.</summary>
    public string? Explained { get; init; }

    /// <summary>What the predictor calls the model.</summary>
    public string PredictorName => Explained ?? ModelName;

    /// <summary>The explainer as a model of its own, which is how V2 can ask for explanations.</summary>
    /// <returns>Named as this, with <see cref="ExplainerSuffix"/>.</returns>
    public InferenceService AsExplainer() => this with { ModelName = ModelName + ExplainerSuffix, Explained = ModelName };
}
