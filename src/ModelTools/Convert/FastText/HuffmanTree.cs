namespace InferenceServices.ModelTools.Convert.FastText;

/// <summary>The tree of hierarchical softmax: which inner nodes lie above a label, and to which side it turns at each.</summary>
/// <remarks>
/// Source: fastText 0.9.2, HierarchicalSoftmaxLoss::buildTree. Labels come by falling count; the two smallest of what is left are joined,
/// the first of them as left child, and of a label and a joined node with equal counts the node goes first.
/// </remarks>
internal sealed class HuffmanTree
{
    private readonly int[] _parent;
    private readonly bool[] _right;
    private readonly int _labels;

    public HuffmanTree(IReadOnlyList<FastTextLabel> labels)
    {
        _labels = labels.Count;
        var size = (2 * _labels) - 1;
        _parent = new int[size];
        _right = new bool[size];
        var counts = new long[size];
        Array.Fill(counts, (long)1e15);   // joined nodes that do not exist yet lose every comparison
        for (var i = 0; i < _labels; i++)
            counts[i] = labels[i].Count;

        var leaf = _labels - 1;
        var joined = _labels;
        for (var node = _labels; node < size; node++)
        {
            var left = leaf >= 0 && counts[leaf] < counts[joined] ? leaf-- : joined++;
            var right = leaf >= 0 && counts[leaf] < counts[joined] ? leaf-- : joined++;
            counts[node] = counts[left] + counts[right];
            _parent[left] = _parent[right] = node;
            _right[right] = true;
        }
    }

    /// <summary>Most inner nodes above any label.</summary>
    public int Depth
    {
        get
        {
            var deepest = 0;
            for (var label = 0; label < _labels; label++)
                deepest = Math.Max(deepest, DepthOf(label));
            return deepest;
        }
    }

    /// <summary>Writes the way from a label up to the root.</summary>
    /// <param name="label">The label's column.</param>
    /// <param name="path">Receives, for every inner node n on the way, n where the way turns right and labels + n where it turns left.</param>
    /// <returns>The length of the path.</returns>
    public int Path(int label, Span<int> path)
    {
        var step = 0;
        for (var node = label; node != Root; node = _parent[node])
            path[step++] = _parent[node] - _labels + (_right[node] ? 0 : _labels);
        return step;
    }

    private int Root => _parent.Length - 1;

    private int DepthOf(int label)
    {
        var depth = 0;
        for (var node = label; node != Root; node = _parent[node])
            depth++;
        return depth;
    }
}
