using Google.Protobuf;
using InferenceServices.Onnx;

namespace InferenceServices.ModelTools.Convert.XGBoost;

/// <summary>Collects trees as attributes of an ONNX node: one list per property, one entry per tree node.</summary>
/// <remarks>ai.onnx.ml, TreeEnsembleRegressor 3. <c>nodes_hitrates</c> has the cover, which explanations need.</remarks>
internal sealed class TreeAttributes
{
    private static readonly ByteString LessThan = ByteString.CopyFromUtf8("BRANCH_LT");
    private static readonly ByteString Leaf = ByteString.CopyFromUtf8("LEAF");

    private readonly AttributeProto _treeIds = Integers("nodes_treeids");
    private readonly AttributeProto _nodeIds = Integers("nodes_nodeids");
    private readonly AttributeProto _featureIds = Integers("nodes_featureids");
    private readonly AttributeProto _modes = new() { Name = "nodes_modes", Type = AttributeProto.Types.AttributeType.Strings };
    private readonly AttributeProto _values = Floats("nodes_values");
    private readonly AttributeProto _hitRates = Floats("nodes_hitrates");
    private readonly AttributeProto _trueNodeIds = Integers("nodes_truenodeids");
    private readonly AttributeProto _falseNodeIds = Integers("nodes_falsenodeids");
    private readonly AttributeProto _missingTracksTrue = Integers("nodes_missing_value_tracks_true");
    private readonly AttributeProto _targetTreeIds = Integers("target_treeids");
    private readonly AttributeProto _targetNodeIds = Integers("target_nodeids");
    private readonly AttributeProto _targetIds = Integers("target_ids");
    private readonly AttributeProto _targetWeights = Floats("target_weights");

    public IEnumerable<AttributeProto> All =>
    [
        _treeIds, _nodeIds, _featureIds, _modes, _values, _hitRates, _trueNodeIds, _falseNodeIds, _missingTracksTrue, _targetTreeIds, _targetNodeIds, _targetIds, _targetWeights,
    ];

    public void Add(XGBoostTree tree, int treeId)
    {
        for (var node = 0; node < tree.Left.Length; node++)
        {
            var isLeaf = tree.IsLeaf(node);
            _treeIds.Ints.Add(treeId);
            _nodeIds.Ints.Add(node);
            _featureIds.Ints.Add(tree.Feature[node]);
            _modes.Strings.Add(isLeaf ? Leaf : LessThan);
            _values.Floats.Add(isLeaf ? 0 : tree.Threshold[node]);
            _hitRates.Floats.Add(tree.Cover[node]);
            _trueNodeIds.Ints.Add(isLeaf ? 0 : tree.Left[node]);
            _falseNodeIds.Ints.Add(isLeaf ? 0 : tree.Right[node]);
            _missingTracksTrue.Ints.Add(tree.DefaultLeft[node] ? 1 : 0);
            if (!isLeaf) continue;
            _targetTreeIds.Ints.Add(treeId);
            _targetNodeIds.Ints.Add(node);
            _targetIds.Ints.Add(tree.Output);
            _targetWeights.Floats.Add(tree.Threshold[node]);
        }
    }

    private static AttributeProto Integers(string name) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints };

    private static AttributeProto Floats(string name) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Floats };
}
