using InferenceServices.Onnx;

namespace InferenceServices.Explanations.Attribution.TreeShap.Onnx;

/// <summary>The nodes of a TreeEnsembleClassifier or TreeEnsembleRegressor, which have one list per node property and lists of leaf weights.</summary>
/// <remarks>ai.onnx.ml 1 and 3. The first node of a tree is its root, as in ONNX Runtime.</remarks>
internal sealed class ListedTreeNodes : ITreeNodes
{
    private readonly string[] _modes;
    private readonly long[] _features;
    private readonly long[] _trueNodes;
    private readonly long[] _falseNodes;
    private readonly long[] _missingTracksTrue;
    private readonly long[] _trees;
    private readonly double[] _thresholds;
    private readonly double[] _hitRates;
    private readonly Dictionary<(long Tree, long Node), int> _positions = [];
    private readonly Dictionary<int, List<LeafWeight>> _weights = [];

    public ListedTreeNodes(NodeProto node, bool isClassifier)
    {
        var attributes = new NodeAttributes(node);
        _modes = attributes.Texts("nodes_modes");
        _features = Column(attributes.Integers("nodes_featureids"), "nodes_featureids");
        _trueNodes = Column(attributes.Integers("nodes_truenodeids"), "nodes_truenodeids");
        _falseNodes = Column(attributes.Integers("nodes_falsenodeids"), "nodes_falsenodeids");
        _trees = Column(attributes.Integers("nodes_treeids"), "nodes_treeids");
        _thresholds = Column(attributes.Numbers("nodes_values"), "nodes_values");
        _missingTracksTrue = attributes.Integers("nodes_missing_value_tracks_true");
        _hitRates = attributes.Numbers("nodes_hitrates");
        AggregateFunction = attributes.Text("aggregate_function", "SUM");
        PostTransform = attributes.Text("post_transform", "NONE");
        Roots = ReadPositions(Column(attributes.Integers("nodes_nodeids"), "nodes_nodeids"));
        var prefix = isClassifier ? "class" : "target";
        var outputs = attributes.Integers(prefix + "_ids");
        var declared = isClassifier
            ? Math.Max(attributes.Texts("classlabels_strings").Length, attributes.Integers("classlabels_int64s").Length)
            : attributes.Integer("n_targets", 1);
        // Two classes with one score: the score is the margin of the second class.
        var isOneScore = isClassifier && declared == 2 && outputs.Distinct().Take(2).Count() < 2;
        BaseValues = ReadBaseValues(attributes.Numbers("base_values"), isOneScore, declared);
        ReadWeights(attributes, prefix, isOneScore ? new long[outputs.Length] : outputs);
    }

    public IReadOnlyList<int> Roots { get; }

    public double[] BaseValues { get; }

    public string AggregateFunction { get; }

    public string PostTransform { get; }

    public bool IsLeaf(int node) => _modes[node] == "LEAF";

    public double? Cover(int node) => node < _hitRates.Length ? _hitRates[node] : 0;

    public Split Split(int node)
        => new((int)Math.Clamp(_features[node], -1, int.MaxValue - 1), Mode(_modes[node]), _thresholds[node], node < _missingTracksTrue.Length && _missingTracksTrue[node] != 0);

    public int WhenTrue(int node) => Position(_trees[node], _trueNodes[node]);

    public int WhenFalse(int node) => Position(_trees[node], _falseNodes[node]);

    public IReadOnlyList<LeafWeight> Weights(int node) => _weights.TryGetValue(node, out var weights) ? weights : [];

    private T[] Column<T>(T[] column, string name)
        => column.Length == _modes.Length ? column : throw new InvalidDataException($"The trees have {_modes.Length} nodes_modes and {column.Length} {name}.");

    private int Position(long tree, long node)
        => _positions.TryGetValue((tree, node), out var position) ? position : throw new InvalidDataException($"Tree {tree} has no node {node}, but refers to it.");

    private List<int> ReadPositions(long[] nodes)
    {
        var roots = new List<int>();
        var seen = new HashSet<long>();
        for (var position = 0; position < nodes.Length; position++)
        {
            if (!_positions.TryAdd((_trees[position], nodes[position]), position)) throw new InvalidDataException($"Tree {_trees[position]} has node {nodes[position]} twice.");
            if (seen.Add(_trees[position])) roots.Add(position);
        }
        return roots;
    }

    private void ReadWeights(NodeAttributes attributes, string prefix, long[] outputs)
    {
        var trees = attributes.Integers(prefix + "_treeids");
        var nodes = attributes.Integers(prefix + "_nodeids");
        var values = attributes.Numbers(prefix + "_weights");
        if (trees.Length != outputs.Length || nodes.Length != outputs.Length || values.Length != outputs.Length)
            throw new InvalidDataException($"The trees have {outputs.Length} {prefix}_ids, {trees.Length} {prefix}_treeids, {nodes.Length} {prefix}_nodeids and {values.Length} {prefix}_weights.");
        for (var index = 0; index < outputs.Length; index++)
        {
            if ((ulong)outputs[index] >= (ulong)BaseValues.Length) throw new InvalidDataException($"A leaf adds to output {outputs[index]}; there are {BaseValues.Length}.");
            var leaf = Position(trees[index], nodes[index]);
            if (!_weights.TryGetValue(leaf, out var weights)) _weights.Add(leaf, weights = []);
            weights.Add(new LeafWeight((int)outputs[index], values[index]));
        }
    }

    private static double[] ReadBaseValues(double[] values, bool isOneScore, long declared)
    {
        if (declared is < 1 or > TreeEnsembleReader.MaxOutputs) throw new InvalidDataException($"The trees have {declared} outputs; 1 to {TreeEnsembleReader.MaxOutputs} are explained.");
        if (isOneScore && values.Length is 1 or 2) return [values[^1]];
        if (values.Length == 0) return new double[isOneScore ? 1 : declared];
        return values.Length == declared ? values : throw new InvalidDataException($"The trees have {declared} outputs and {values.Length} base_values.");
    }

    private static BranchMode Mode(string mode) => mode switch
    {
        "BRANCH_LEQ" => BranchMode.LessOrEqual,
        "BRANCH_LT" => BranchMode.Less,
        "BRANCH_GTE" => BranchMode.GreaterOrEqual,
        "BRANCH_GT" => BranchMode.Greater,
        "BRANCH_EQ" => BranchMode.Equal,
        "BRANCH_NEQ" => BranchMode.NotEqual,
        _ => throw new NotSupportedException($"A branch of the trees is of mode {mode}; BRANCH_LEQ, LT, GTE, GT, EQ and NEQ are explained."),
    };
}
