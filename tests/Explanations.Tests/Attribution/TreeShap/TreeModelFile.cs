using Google.Protobuf;
using InferenceServices.Onnx;
using InferenceServices.Testing;
using AttributeType = InferenceServices.Onnx.AttributeProto.Types.AttributeType;

namespace InferenceServices.Explanations.Tests.Attribution.TreeShap;

/// <summary>Writes trees as ONNX, in all versions of the operators.</summary>
internal sealed class TreeModelFile
{
    public const int Fp32 = 1;
    public const int Fp64 = 11;

    private readonly NodeProto _node = new() { Domain = "ai.onnx.ml", Name = "trees" };

    private TreeModelFile(string operatorType, int version)
    {
        _node.OpType = operatorType;
        Version = version;
        _node.Input.Add("features");
        if (operatorType == "TreeEnsembleClassifier") _node.Output.Add("label");
        _node.Output.Add("margins");
    }

    public int Version { get; }

    public int ElementType { get; init; } = Fp32;

    public GraphProto Graph { get; } = new() { Name = "trees" };

    public NodeProto Node => _node;

    public IReadOnlyList<StringStringEntryProto> Metadata { get; set; } = [];

    public static TreeModelFile Regressor(GrownForest forest, bool hasCovers = true, bool asTensors = false)
    {
        var file = new TreeModelFile("TreeEnsembleRegressor", asTensors ? 3 : 1) { ElementType = asTensors ? Fp64 : Fp32 };
        file.Set("n_targets", forest.Outputs);
        file.Set("aggregate_function", forest.AggregateFunction);
        file.Describe(forest, "target", hasCovers, asTensors);
        return file.InGraph(forest.Features, forest.Outputs);
    }

    /// <param name="forest">With one output: a score of the second of two classes.</param>
    public static TreeModelFile Classifier(GrownForest forest)
    {
        var file = new TreeModelFile("TreeEnsembleClassifier", 1);
        var classes = Math.Max(2, forest.Outputs);
        file.Set("classlabels_int64s", Enumerable.Range(0, classes).Select(label => (long)label));
        file.Describe(forest, "class", hasCovers: true, asTensors: false);
        return file.InGraph(forest.Features, classes);
    }

    public static TreeModelFile Ensemble5(GrownForest forest)
    {
        var file = new TreeModelFile("TreeEnsemble", 5);
        file.Set("n_targets", forest.Outputs);
        file.Set("aggregate_function", forest.AggregateFunction == "AVERAGE" ? 0 : 1);
        new IndexedForest(forest).Describe(file);
        return file.InGraph(forest.Features, forest.Outputs);
    }

    public void Set(string name, long value) => Put(new() { Name = name, I = value, Type = AttributeType.Int });

    public void Set(string name, string value) => Put(new() { Name = name, S = ByteString.CopyFromUtf8(value), Type = AttributeType.String });

    public void Set(string name, IEnumerable<long> values) => Put(new() { Name = name, Ints = { values }, Type = AttributeType.Ints });

    public void Set(string name, IEnumerable<string> values) => Put(new() { Name = name, Strings = { values.Select(ByteString.CopyFromUtf8) }, Type = AttributeType.Strings });

    public void Set(string name, IEnumerable<float> values) => Put(new() { Name = name, Floats = { values }, Type = AttributeType.Floats });

    public void Set(string name, TensorProto tensor) => Put(new() { Name = name, T = tensor, Type = AttributeType.Tensor });

    public byte[] ToBytes()
        => new ModelProto
        {
            IrVersion = 8,
            Graph = Graph,
            MetadataProps = { Metadata },
            OpsetImport = { new OperatorSetIdProto { Version = 17 }, new OperatorSetIdProto { Domain = "ai.onnx.ml", Version = Version } },
        }.ToByteArray();

    public string WriteTo(TemporaryFolder folder)
    {
        var path = folder.Below($"{Guid.NewGuid():N}.onnx");
        File.WriteAllBytes(path, ToBytes());
        return path;
    }

    public static ValueInfoProto Describe(string name, int elementType, params long[] shape)
    {
        var dimensions = new TensorShapeProto { Dim = { shape.Select(length => length < 0 ? new TensorShapeProto.Types.Dimension { DimParam = "batch" } : new() { DimValue = length }) } };
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = elementType, Shape = dimensions } } };
    }

    private void Put(AttributeProto attribute)
    {
        if (_node.Attribute.FirstOrDefault(found => found.Name == attribute.Name) is { } before) _node.Attribute.Remove(before);
        _node.Attribute.Add(attribute);
    }

    private TreeModelFile InGraph(int features, int outputs)
    {
        Graph.Node.Add(_node);
        Graph.Input.Add(Describe("features", ElementType, -1, features));
        Graph.Output.Add(Describe("margins", Fp32, -1, outputs));
        return this;
    }

    private void Describe(GrownForest forest, string prefix, bool hasCovers, bool asTensors)
    {
        var nodes = new List<(long Tree, long Node, GrownTree Grown)>();
        for (var tree = 0; tree < forest.Trees.Count; tree++) Number(forest.Trees[tree], tree, nodes);
        var number = nodes.ToDictionary(node => node.Grown, node => node.Node);
        Set("nodes_treeids", nodes.Select(node => node.Tree));
        Set("nodes_nodeids", nodes.Select(node => node.Node));
        Set("nodes_featureids", nodes.Select(node => (long)node.Grown.Feature));
        Set("nodes_modes", nodes.Select(node => node.Grown.Mode));
        Set("nodes_truenodeids", nodes.Select(node => node.Grown.WhenTrue is { } next ? number[next] : 0));
        Set("nodes_falsenodeids", nodes.Select(node => node.Grown.WhenFalse is { } next ? number[next] : 0));
        Set("nodes_missing_value_tracks_true", nodes.Select(node => node.Grown.MissingTracksTrue ? 1L : 0));
        SetNumbers("nodes_values", nodes.Select(node => node.Grown.Threshold), asTensors);
        if (hasCovers) SetNumbers("nodes_hitrates", nodes.Select(node => node.Grown.Cover), asTensors);
        if (forest.BaseValues.Length > 0) SetNumbers("base_values", forest.BaseValues, asTensors);
        var weights = nodes.SelectMany(node => node.Grown.Weights.Select(weight => (node.Tree, node.Node, weight.Output, weight.Value))).ToArray();
        Set(prefix + "_treeids", weights.Select(weight => weight.Tree));
        Set(prefix + "_nodeids", weights.Select(weight => weight.Node));
        Set(prefix + "_ids", weights.Select(weight => (long)weight.Output));
        SetNumbers(prefix + "_weights", weights.Select(weight => weight.Value), asTensors);
    }

    private void SetNumbers(string name, IEnumerable<float> values, bool asTensor)
    {
        if (!asTensor)
        {
            Set(name, values);
            return;
        }
        var tensor = new TensorProto { DataType = Fp64, DoubleData = { values.Select(value => (double)value) } };
        tensor.Dims.Add(tensor.DoubleData.Count);
        Set(name + "_as_tensor", tensor);
    }

    private static void Number(GrownTree tree, int treeId, List<(long Tree, long Node, GrownTree Grown)> nodes)
    {
        nodes.Add((treeId, nodes.Count, tree));
        if (tree.WhenTrue is { } whenTrue) Number(whenTrue, treeId, nodes);
        if (tree.WhenFalse is { } whenFalse) Number(whenFalse, treeId, nodes);
    }
}
