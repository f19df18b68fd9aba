using System.Runtime.InteropServices;
using Google.Protobuf;
using InferenceServices.Onnx;

namespace InferenceServices.ModelTools.Convert.Sklearn;

/// <summary>Collects trees as attributes of a TreeEnsemble node in double precision.</summary>
/// <remarks>
/// ai.onnx.ml 5. Branches and leaves have separate lists, a leaf adds to one output, and a tree has at least one branch. The operator has no
/// covers, so those of the leaves are metadata of the model; see <see cref="Onnx.LeafHitRates"/>.
/// </remarks>
/// <param name="preprocessing">Preprocessing of the features, which is folded into the thresholds.</param>
internal sealed class TreeTable(Preprocessing preprocessing)
{
    private const long Sum = 1;

    private readonly AttributeProto _roots = Integers("tree_roots");
    private readonly AttributeProto _features = Integers("nodes_featureids");
    private readonly AttributeProto _whenTrue = Integers("nodes_truenodeids");
    private readonly AttributeProto _whenFalse = Integers("nodes_falsenodeids");
    private readonly AttributeProto _trueIsLeaf = Integers("nodes_trueleafs");
    private readonly AttributeProto _falseIsLeaf = Integers("nodes_falseleafs");
    private readonly AttributeProto _missingTracksTrue = Integers("nodes_missing_value_tracks_true");
    private readonly AttributeProto _targets = Integers("leaf_targetids");
    private readonly List<double> _thresholds = [];
    private readonly List<double> _weights = [];
    private readonly List<double> _leafHitRates = [];

    /// <summary>Gets the number of trees.</summary>
    public int Trees => _roots.Ints.Count;

    /// <summary>Gets the covers of the leaves, in the order of the leaves.</summary>
    public ReadOnlySpan<double> LeafHitRates => CollectionsMarshal.AsSpan(_leafHitRates);

    /// <summary>Adds a tree.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="target">Output to which the leaves add.</param>
    /// <param name="column">Index of the leaf value.</param>
    /// <param name="offset">Number added to each leaf value.</param>
    public void Add(SklearnTree tree, int target, int column = 0, double offset = 0)
    {
        var nodes = Simplify(tree, column);
        _roots.Ints.Add(_thresholds.Count);
        if (nodes[0].IsLeaf)
        {
            AddStump(tree.Cover[0], target, nodes[0].Value + offset);
            return;
        }
        // Positions among branches and among leaves.
        var (branches, leaves) = (_thresholds.Count, _weights.Count);
        foreach (ref var node in nodes.AsSpan())
            if (node.IsUsed) node.Position = node.IsLeaf ? leaves++ : branches++;
        for (var index = 0; index < nodes.Length; index++)
        {
            if (!nodes[index].IsUsed) continue;
            if (nodes[index].IsLeaf) AddLeaf(tree.Cover[index], target, nodes[index].Value + offset);
            else AddBranch(tree, index, nodes);
        }
    }

    /// <summary>Returns the node.</summary>
    /// <param name="input">Name of the input.</param>
    /// <param name="output">Name of the output, which is also the name of the node.</param>
    /// <param name="targets">Number of outputs.</param>
    public NodeProto ToNode(string input, string output, int targets)
    {
        var node = new NodeProto { OpType = "TreeEnsemble", Domain = SklearnGraph.MlDomain, Name = output };
        node.Input.Add(input);
        node.Output.Add(output);
        node.Attribute.Add([
            _roots, _features, _whenTrue, _whenFalse, _trueIsLeaf, _falseIsLeaf, _missingTracksTrue, _targets,
            Doubles("nodes_splits", _thresholds), Doubles("leaf_weights", _weights),
            new AttributeProto { Name = "nodes_modes", Type = AttributeProto.Types.AttributeType.Tensor, T = Modes(_thresholds.Count) },
            new AttributeProto { Name = "n_targets", Type = AttributeProto.Types.AttributeType.Int, I = targets },
            new AttributeProto { Name = "aggregate_function", Type = AttributeProto.Types.AttributeType.Int, I = Sum },
        ]);
        return node;
    }

    // A branch whose leaves are equal is a leaf: in a tree of one class of several, most are 0. Predictions and attributions stay the same.
    private static Node[] Simplify(SklearnTree tree, int column)
    {
        var nodes = new Node[tree.Nodes];
        // Children follow their parents.
        for (var index = nodes.Length - 1; index >= 0; index--)
        {
            if (tree.IsLeaf(index)) nodes[index] = new Node { IsLeaf = true, Value = tree.ValuesOf(index)[column] };
            else if (nodes[tree.Left[index]] is { IsLeaf: true } left && nodes[tree.Right[index]] is { IsLeaf: true } right && left.Value == right.Value) nodes[index] = left;
        }
        nodes[0].IsUsed = true;
        for (var index = 0; index < nodes.Length; index++)
            if (nodes[index] is { IsUsed: true, IsLeaf: false }) nodes[tree.Left[index]].IsUsed = nodes[tree.Right[index]].IsUsed = true;
        return nodes;
    }

    private void AddBranch(SklearnTree tree, int index, Node[] nodes)
    {
        var (feature, threshold) = (tree.Feature[index], tree.Threshold[index]);
        var (left, right) = (nodes[tree.Left[index]], nodes[tree.Right[index]]);
        AddBranch(feature, preprocessing.FoldInto(feature, threshold), (left.Position, left.IsLeaf), (right.Position, right.IsLeaf));
        _missingTracksTrue.Ints.Add(preprocessing.IsMissingLeft(feature, threshold, tree.MissingLeft[index]) ? 1 : 0);
    }

    // A root that is a leaf: both sides of its branch are the same.
    private void AddStump(double cover, int target, double weight)
    {
        var leaf = _weights.Count;
        AddBranch(feature: 0, threshold: 0, (leaf, true), (leaf + 1, true));
        _missingTracksTrue.Ints.Add(0);
        AddLeaf(cover / 2, target, weight);
        AddLeaf(cover / 2, target, weight);
    }

    private void AddBranch(int feature, double threshold, (int Position, bool IsLeaf) left, (int Position, bool IsLeaf) right)
    {
        _features.Ints.Add(feature);
        _thresholds.Add(threshold);
        _whenTrue.Ints.Add(left.Position);
        _whenFalse.Ints.Add(right.Position);
        _trueIsLeaf.Ints.Add(left.IsLeaf ? 1 : 0);
        _falseIsLeaf.Ints.Add(right.IsLeaf ? 1 : 0);
    }

    private void AddLeaf(double cover, int target, double weight)
    {
        _leafHitRates.Add(cover);
        _targets.Ints.Add(target);
        _weights.Add(weight);
    }

    private static AttributeProto Integers(string name) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints };

    private static AttributeProto Doubles(string name, List<double> values) => new()
    {
        Name = name,
        Type = AttributeProto.Types.AttributeType.Tensor,
        T = new TensorProto { Name = name, DataType = OnnxDatatype.Fp64, Dims = { values.Count }, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(values))) },
    };

    // BRANCH_LEQ is 0.
    private static TensorProto Modes(int branches)
        => new() { Name = "nodes_modes", DataType = OnnxDatatype.Uint8, Dims = { branches }, RawData = UnsafeByteOperations.UnsafeWrap(new byte[branches]) };

    private struct Node
    {
        public bool IsUsed;
        public bool IsLeaf;
        public double Value;
        public int Position;
    }
}
