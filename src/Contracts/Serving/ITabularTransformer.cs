namespace InferenceServices.Contracts.Serving;

/// <summary>A transformer that names its features, so that explanations can refer to them.</summary>
public interface ITabularTransformer : ITransformer
{
    /// <summary>Gets the columns of the transformer's only tensor, in order.</summary>
    IReadOnlyList<TabularFeature> Features { get; }

    /// <summary>Gets the scores of the model, in order.</summary>
    IReadOnlyList<string> Labels { get; }
}
