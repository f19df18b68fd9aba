namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>The way from a root to a node: the features it asks for, each once, in the order it comes to them, and the conditions it puts on them.</summary>
internal sealed class TreePath
{
    /// <summary>Which features' conditions a row satisfies is a set of 64 bits.</summary>
    public const int MaxFeatures = 64;

    public static readonly TreePath Root = new([], [], []);

    private readonly int[] _features;
    private readonly double[] _shares;
    private readonly PathCondition[] _conditions;

    private TreePath(int[] features, double[] shares, PathCondition[] conditions)
    {
        _features = features;
        _shares = shares;
        _conditions = conditions;
    }

    /// <summary>By place on the path: the feature.</summary>
    public ReadOnlySpan<int> Features => _features;

    /// <summary>By place on the path: which part of the training rows satisfied this feature's conditions; NaN: covers are not known.</summary>
    public ReadOnlySpan<double> Shares => _shares;

    /// <summary>By branch passed.</summary>
    public ReadOnlySpan<PathCondition> Conditions => _conditions;

    /// <summary>The set of all places.</summary>
    public ulong Everything => _features.Length == MaxFeatures ? ulong.MaxValue : (1UL << _features.Length) - 1;

    /// <exception cref="NotSupportedException">More than <see cref="MaxFeatures"/> features.</exception>
    public TreePath Step(TreeBranch branch, int feature, bool whenTrue)
    {
        var place = _features.IndexOf(feature);
        var share = branch.Share(whenTrue);
        if (place >= 0)
        {
            double[] shares = [.. _shares];
            shares[place] *= share;
            return new(_features, shares, [.. _conditions, new PathCondition(branch.Split, whenTrue, place)]);
        }
        if (_features.Length == MaxFeatures) throw new NotSupportedException($"A path of the trees asks for more than {MaxFeatures} features.");
        return new([.. _features, feature], [.. _shares, share], [.. _conditions, new PathCondition(branch.Split, whenTrue, _features.Length)]);
    }

    /// <param name="outcomes">By split: 1 where it is true of the row, else 0.</param>
    /// <returns>The places whose conditions the row satisfies, all of them.</returns>
    public ulong Satisfied(ReadOnlySpan<byte> outcomes)
    {
        var satisfied = Everything;
        foreach (var condition in _conditions) satisfied &= ~((ulong)(outcomes[condition.Split] ^ condition.Outcome) << condition.Place);
        return satisfied;
    }
}
