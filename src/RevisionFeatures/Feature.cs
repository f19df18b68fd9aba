namespace InferenceServices.RevisionFeatures;

/// <summary>A named numeric feature of a revision; sums, quotients and logarithms of features are features.</summary>
/// <remarks>Names and types follow revscoring 2.11: <c>(a / max(b, 1))</c>, <c>log((a + 1))</c>.</remarks>
public sealed class Feature
{
    private readonly Func<FeatureSolution, double> _compute;

    /// <param name="name">Name in revscoring, without the prefix <c>feature.</c></param>
    /// <param name="type">Type of the value.</param>
    /// <param name="compute">Computes the value from the sources of a revision.</param>
    internal Feature(string name, FeatureType type, Func<RevisionSources, double> compute)
        : this(name, type, solution => compute(solution.Sources), [])
    {
    }

    /// <param name="name">Name in revscoring, without the prefix <c>feature.</c></param>
    /// <param name="type">Type of the value.</param>
    /// <param name="compute">Computes the value from those of the parts.</param>
    /// <param name="parts">Features from which this feature is computed.</param>
    /// <param name="hasOwnName">Whether the name is not that of the computation.</param>
    internal Feature(string name, FeatureType type, Func<FeatureSolution, double> compute, Feature[] parts, bool hasOwnName = false)
    {
        IsExpression = parts.Length > 0 && !hasOwnName;
        Name = name;
        Type = type;
        _compute = compute;
        Parts = parts;
    }

    /// <summary>Name without prefix, as used in the names of derived features.</summary>
    internal string Name { get; }

    /// <summary>Name with prefix, such as <c>feature.revision.user.is_anon</c>.</summary>
    public string FullName => FeatureNames.Prefix + Name;

    /// <summary>Type of the value.</summary>
    public FeatureType Type { get; }

    /// <summary>Features from which this feature is computed; empty for a base feature, computed from the revision.</summary>
    internal IReadOnlyList<Feature> Parts { get; }

    internal double Compute(FeatureSolution solution) => _compute(solution);

    /// <summary>Whether <see cref="FeatureExpression"/> reads the name.</summary>
    internal bool IsExpression { get; }

    /// <summary>Returns the same feature under another name.</summary>
    internal Feature Named(string name) => new(name, Type, _compute, Parts as Feature[] ?? [.. Parts], hasOwnName: true);

    /// <summary>Returns the natural logarithm of a feature.</summary>
    internal static Feature Log(Feature of) => new($"log({of.Name})", FeatureType.Float, solution => Math.Log(solution.ValueOf(of)), [of]);

    /// <summary>Returns the maximum of a feature and a number.</summary>
    internal static Feature Max(Feature of, int least)
        => new($"max({of.Name}, {least})", FeatureType.Float, solution => Math.Max(solution.ValueOf(of), least), [of]);

    public static Feature operator +(Feature left, Feature right) => Combine(left, "+", right, (a, b) => a + b);

    public static Feature operator -(Feature left, Feature right) => Combine(left, "-", right, (a, b) => a - b);

    public static Feature operator /(Feature left, Feature right)
        => new($"({left.Name} / {right.Name})", FeatureType.Float, solution => solution.ValueOf(left) / solution.ValueOf(right), [left, right]);

    public static Feature operator +(Feature left, int right)
        => new($"({left.Name} + {right})", left.Type == FeatureType.Float ? FeatureType.Float : FeatureType.Int, solution => solution.ValueOf(left) + right, [left]);

    /// <inheritdoc/>
    public override string ToString() => FullName;

    // As in Python, a bool counts as an int.
    private static Feature Combine(Feature left, string sign, Feature right, Func<double, double, double> operation)
        => new(
            $"({left.Name} {sign} {right.Name})",
            left.Type == FeatureType.Float || right.Type == FeatureType.Float ? FeatureType.Float : FeatureType.Int,
            solution => operation(solution.ValueOf(left), solution.ValueOf(right)),
            [left, right]);
}
