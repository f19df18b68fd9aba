using System.Runtime.InteropServices;
using Google.Protobuf;
using InferenceServices.Onnx;

namespace InferenceServices.Explanations.Tests.Attribution.TreeShap;

/// <summary>Branches and leaves with separate numbers, as in TreeEnsemble 5. Leaves have one weight.</summary>
internal sealed class IndexedForest
{
    private const int Uint8 = 2;

    private readonly List<GrownTree> _branches = [];
    private readonly List<GrownTree> _leaves = [];
    private readonly List<long> _roots = [];

    public IndexedForest(GrownForest forest)
    {
        foreach (var tree in forest.Trees)
        {
            // A single leaf is a branch whose two children are the leaf.
            var root = tree.WhenTrue is null ? GrownTree.Branch(0, 0, tree, tree) : tree;
            _roots.Add(_branches.Count);
            Number(root);
        }
    }

    public void Describe(TreeModelFile file)
    {
        file.Set("tree_roots", _roots);
        file.Set("nodes_featureids", _branches.Select(branch => (long)branch.Feature));
        file.Set("nodes_modes", new TensorProto { DataType = Uint8, Dims = { _branches.Count }, RawData = ByteString.CopyFrom([.. _branches.Select(branch => (byte)Array.IndexOf(GrownForest.Modes, branch.Mode))]) });
        file.Set("nodes_splits", Tensor(_branches.Select(branch => branch.Threshold)));
        file.Set("nodes_missing_value_tracks_true", _branches.Select(branch => branch.MissingTracksTrue ? 1L : 0));
        file.Set("nodes_truenodeids", _branches.Select(branch => Index(branch.WhenTrue!)));
        file.Set("nodes_trueleafs", _branches.Select(branch => IsLeaf(branch.WhenTrue!)));
        file.Set("nodes_falsenodeids", _branches.Select(branch => Index(branch.WhenFalse!)));
        file.Set("nodes_falseleafs", _branches.Select(branch => IsLeaf(branch.WhenFalse!)));
        file.Set("leaf_targetids", _leaves.Select(leaf => (long)leaf.Weights[0].Output));
        file.Set("leaf_weights", Tensor(_leaves.Select(leaf => leaf.Weights[0].Value)));
    }

    private void Number(GrownTree tree)
    {
        if (tree is not { WhenTrue: { } whenTrue, WhenFalse: { } whenFalse })
        {
            if (!_leaves.Contains(tree)) _leaves.Add(tree);
            return;
        }
        _branches.Add(tree);
        Number(whenTrue);
        Number(whenFalse);
    }

    private long Index(GrownTree tree) => tree.WhenTrue is null ? _leaves.IndexOf(tree) : _branches.IndexOf(tree);

    private static long IsLeaf(GrownTree tree) => tree.WhenTrue is null ? 1 : 0;

    private static TensorProto Tensor(IEnumerable<float> values)
    {
        var all = values.ToArray();
        return new() { DataType = TreeModelFile.Fp32, Dims = { all.Length }, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(all)) };
    }
}
