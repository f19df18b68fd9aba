using InferenceServices.Onnx;

namespace InferenceServices.Explanations.Attribution.TreeShap.Onnx;

/// <summary>The nodes of a TreeEnsemble, which numbers branches and leaves separately. Here leaf numbers follow branch numbers.</summary>
/// <remarks>ai.onnx.ml 5. The operator has no covers of leaves; <see cref="LeafHitRates"/> are metadata of the model.</remarks>
internal sealed class IndexedTreeNodes : ITreeNodes
{
    private readonly double[] _modes;
    private readonly long[] _features;
    private readonly double[] _thresholds;
    private readonly long[] _trueNodes;
    private readonly long[] _trueLeaves;
    private readonly long[] _falseNodes;
    private readonly long[] _falseLeaves;
    private readonly long[] _missingTracksTrue;
    private readonly long[] _leafOutputs;
    private readonly double[] _leafWeights;
    private readonly double[] _leafHitRates;

    /// <param name="node">The node.</param>
    /// <param name="leafHitRates">Covers of the leaves; empty when unknown.</param>
    public IndexedTreeNodes(NodeProto node, double[] leafHitRates)
    {
        var attributes = new NodeAttributes(node);
        _modes = attributes.Numbers("nodes_modes");
        _features = Column(attributes.Integers("nodes_featureids"), "nodes_featureids");
        _thresholds = Column(attributes.Numbers("nodes_splits"), "nodes_splits");
        _trueNodes = Column(attributes.Integers("nodes_truenodeids"), "nodes_truenodeids");
        _trueLeaves = Column(attributes.Integers("nodes_trueleafs"), "nodes_trueleafs");
        _falseNodes = Column(attributes.Integers("nodes_falsenodeids"), "nodes_falsenodeids");
        _falseLeaves = Column(attributes.Integers("nodes_falseleafs"), "nodes_falseleafs");
        _missingTracksTrue = attributes.Integers("nodes_missing_value_tracks_true");
        _leafOutputs = attributes.Integers("leaf_targetids");
        _leafWeights = attributes.Numbers("leaf_weights");
        if (_leafOutputs.Length != _leafWeights.Length) throw new InvalidDataException($"The trees have {_leafOutputs.Length} leaf_targetids and {_leafWeights.Length} leaf_weights.");
        if (leafHitRates.Length != 0 && leafHitRates.Length != _leafWeights.Length) throw new InvalidDataException($"The trees have {_leafWeights.Length} leaf_weights and {leafHitRates.Length} {LeafHitRates.Key}.");
        _leafHitRates = leafHitRates;
        Roots = [.. attributes.Integers("tree_roots").Select(root => Position(root, isLeaf: false))];
        var outputs = attributes.Integer("n_targets", 1);
        if (outputs is < 1 or > TreeEnsembleReader.MaxOutputs) throw new InvalidDataException($"The trees have {outputs} outputs; 1 to {TreeEnsembleReader.MaxOutputs} are explained.");
        BaseValues = new double[outputs];
        AggregateFunction = Name(attributes.Integer("aggregate_function", 1), ["AVERAGE", "SUM", "MIN", "MAX"]);
        PostTransform = Name(attributes.Integer("post_transform", 0), ["NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"]);
    }

    public IReadOnlyList<int> Roots { get; }

    public double[] BaseValues { get; }

    public string AggregateFunction { get; }

    public string PostTransform { get; }

    public bool IsLeaf(int node) => node >= _modes.Length;

    public double? Cover(int node) => !IsLeaf(node) ? null : _leafHitRates.Length == 0 ? 0 : _leafHitRates[node - _modes.Length];

    public Split Split(int node)
    {
        var mode = _modes[node];
        if (mode > (double)BranchMode.NotEqual) throw new NotSupportedException($"A branch of the trees is of mode {mode}, BRANCH_MEMBER; BRANCH_LEQ, LT, GTE, GT, EQ and NEQ, 0 to 5, are explained.");
        return new((int)Math.Clamp(_features[node], -1, int.MaxValue - 1), (BranchMode)mode, _thresholds[node], node < _missingTracksTrue.Length && _missingTracksTrue[node] != 0);
    }

    public int WhenTrue(int node) => Position(_trueNodes[node], _trueLeaves[node] != 0);

    public int WhenFalse(int node) => Position(_falseNodes[node], _falseLeaves[node] != 0);

    public IReadOnlyList<LeafWeight> Weights(int node)
    {
        var leaf = node - _modes.Length;
        var output = _leafOutputs[leaf];
        if ((ulong)output >= (ulong)BaseValues.Length) throw new InvalidDataException($"A leaf adds to output {output}; there are {BaseValues.Length}.");
        return [new LeafWeight((int)output, _leafWeights[leaf])];
    }

    private T[] Column<T>(T[] column, string name)
        => column.Length == _modes.Length ? column : throw new InvalidDataException($"The trees have {_modes.Length} nodes_modes and {column.Length} {name}.");

    private int Position(long index, bool isLeaf)
    {
        var count = isLeaf ? _leafWeights.Length : _modes.Length;
        if ((ulong)index >= (ulong)count) throw new InvalidDataException($"The trees refer to {(isLeaf ? "leaf" : "branch")} {index}; there are {count}.");
        return (int)index + (isLeaf ? _modes.Length : 0);
    }

    private static string Name(long number, string[] names)
        => (ulong)number < (ulong)names.Length ? names[number] : throw new NotSupportedException($"The trees have a function or transform {number}; 0 to {names.Length - 1} are known.");
}
