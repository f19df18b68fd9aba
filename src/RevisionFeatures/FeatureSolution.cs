namespace InferenceServices.RevisionFeatures;

/// <summary>The features of one revision: each computed once, on demand, unless its value was given.</summary>
/// <remarks>For one thread at a time.</remarks>
/// <param name="sources">What is known of the revision.</param>
/// <param name="given">Values to take for those of features, by <see cref="Feature.FullName"/>; null: none.</param>
public sealed class FeatureSolution(RevisionSources sources, IReadOnlyDictionary<string, double>? given = null)
{
    private readonly Dictionary<string, double> _values = given is null
        ? new(StringComparer.Ordinal)
        : given.ToDictionary(entry => entry.Key[FeatureNames.Prefix.Length..], entry => entry.Value, StringComparer.Ordinal);

    internal RevisionSources Sources { get; } = sources;

    /// <summary>A feature's value with its type.</summary>
    /// <exception cref="OperationCanceledException">The sources' token was cancelled.</exception>
    public FeatureValue Get(Feature feature) => new(ValueOf(feature), feature.Type);

    /// <summary>A feature's value; bools are 0 or 1.</summary>
    /// <exception cref="OperationCanceledException">The sources' token was cancelled.</exception>
    public double ValueOf(Feature feature)
    {
        if (_values.TryGetValue(feature.Name, out var known)) return known;
        // Not every step looks at it.
        Sources.CancellationToken.ThrowIfCancellationRequested();
        var value = feature.Compute(this);
        _values[feature.Name] = value;
        return value;
    }
}
