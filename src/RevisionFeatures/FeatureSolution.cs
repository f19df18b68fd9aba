namespace InferenceServices.RevisionFeatures;

/// <summary>Feature values of one revision, computed on demand and at most once; given values take precedence.</summary>
/// <remarks>Not thread-safe.</remarks>
/// <param name="sources">Sources of the revision.</param>
/// <param name="given">Given values by <see cref="Feature.FullName"/>; null: none.</param>
public sealed class FeatureSolution(RevisionSources sources, IReadOnlyDictionary<string, double>? given = null)
{
    private readonly Dictionary<string, double> _values = given is null
        ? new(StringComparer.Ordinal)
        : given.ToDictionary(entry => entry.Key[FeatureNames.Prefix.Length..], entry => entry.Value, StringComparer.Ordinal);

    internal RevisionSources Sources { get; } = sources;

    /// <summary>Returns the value and type of a feature.</summary>
    /// <exception cref="OperationCanceledException">The cancellation token of the sources was cancelled.</exception>
    public FeatureValue Get(Feature feature) => new(ValueOf(feature), feature.Type);

    /// <summary>Returns the value of a feature; booleans are 0 or 1.</summary>
    /// <exception cref="OperationCanceledException">The cancellation token of the sources was cancelled.</exception>
    public double ValueOf(Feature feature)
    {
        if (_values.TryGetValue(feature.Name, out var known)) return known;
        // Some steps do not check the token.
        Sources.CancellationToken.ThrowIfCancellationRequested();
        var value = feature.Compute(this);
        _values[feature.Name] = value;
        return value;
    }
}
