namespace InferenceServices.ModelTools.Convert.FastText;

/// <summary>The Huffman tree of hierarchical softmax: the inner nodes above a label, and the side taken at each.</summary>
/// <remarks>
/// Source: fastText 0.9.2, HierarchicalSoftmaxLoss::buildTree. Labels are sorted by descending count. The two nodes with the smallest counts are joined,
/// the smaller as left child; if a label and a joined node have equal counts, the joined node is taken first.
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
        Array.Fill(counts, (long)1e15);   // nodes not joined yet lose every comparison
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

    /// <summary>Gets the maximum number of inner nodes above a label.</summary>
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

    /// <summary>Writes the path from a label to the root.</summary>
    /// <param name="label">The label's column.</param>
    /// <param name="path">Receives, for every inner node n on the path, n for a right turn and labels + n for a left turn.</param>
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
