namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>The path from a root to a node: its distinct features in order of first use, and its conditions on them.</summary>
internal sealed class TreePath
{
    /// <summary>Maximum number of features on a path: satisfied conditions are a bit set of 64 bits.</summary>
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

    /// <summary>By position on the path: the feature.</summary>
    public ReadOnlySpan<int> Features => _features;

    /// <summary>By position on the path: the fraction of training rows that satisfied the feature's conditions; NaN when covers are unknown.</summary>
    public ReadOnlySpan<double> Shares => _shares;

    /// <summary>Conditions, by branch on the path.</summary>
    public ReadOnlySpan<PathCondition> Conditions => _conditions;

    /// <summary>The bit set of all positions.</summary>
    public ulong AllPositions => _features.Length == MaxFeatures ? ulong.MaxValue : (1UL << _features.Length) - 1;

    /// <summary>Returns the path to a child.</summary>
    /// <exception cref="NotSupportedException">The path has more than <see cref="MaxFeatures"/> features.</exception>
    public TreePath Extend(TreeBranch branch, int feature, bool whenTrue)
    {
        var position = _features.IndexOf(feature);
        var share = branch.Share(whenTrue);
        if (position >= 0)
        {
            double[] shares = [.. _shares];
            shares[position] *= share;
            return new(_features, shares, [.. _conditions, new PathCondition(branch.Split, whenTrue, position)]);
        }
        if (_features.Length == MaxFeatures) throw new NotSupportedException($"A path of the trees uses more than {MaxFeatures} features.");
        return new([.. _features, feature], [.. _shares, share], [.. _conditions, new PathCondition(branch.Split, whenTrue, _features.Length)]);
    }

    /// <summary>Returns the positions whose conditions a row satisfies.</summary>
    /// <param name="outcomes">By split: 1 when true for the row, otherwise 0.</param>
    /// <returns>A bit set of positions. A position is set when all its conditions are satisfied.</returns>
    public ulong Satisfied(ReadOnlySpan<byte> outcomes)
    {
        var satisfied = AllPositions;
        foreach (var condition in _conditions) satisfied &= ~((ulong)(outcomes[condition.Split] ^ condition.Outcome) << condition.Position);
        return satisfied;
    }
}
