namespace InferenceServices.Contracts.Serving;

/// <summary>A transformer that can say what the numbers mean which it gives its model: an explanation then speaks of them by name.</summary>
public interface ITabularTransformer : ITransformer
{
    /// <summary>The columns of the one tensor it makes, in order.</summary>
    IReadOnlyList<TabularFeature> Features { get; }

    /// <summary>The model's scores, in order.</summary>
    IReadOnlyList<string> Labels { get; }
}
