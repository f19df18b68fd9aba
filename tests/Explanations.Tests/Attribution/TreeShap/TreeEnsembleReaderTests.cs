using Google.Protobuf;
using InferenceServices.Explanations.Attribution.TreeShap;
using InferenceServices.Onnx;
using InferenceServices.Testing;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Explanations.Tests.Attribution.TreeShap;

/// <summary>The reader supports the trees that ONNX Runtime runs and rejects others with a reason.</summary>
public sealed class TreeEnsembleReaderTests : IDisposable
{
    private static readonly GrownForest Stump = new(2, 1, [GrownTree.Branch(1, 0.5f, GrownTree.Leaf(1, -1), GrownTree.Leaf(2, 1))]);

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, int, int> Forms
    {
        get
        {
            var all = new TheoryData<string, int, int>();
            foreach (var form in new[] { "regressor", "regressor as tensors", "classifier", "ensemble" })
                foreach (var outputs in new[] { 1, 3 })
                    for (var seed = 1; seed <= 4; seed++) all.Add(form, outputs, seed);
            return all;
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Forms))]
    public void Margins_equal_those_of_ONNX_Runtime(string form, int outputs, int seed)
    {
        var random = new Random(seed);
        // The runtime ignores the base value of an output without leaves, so in those forms every leaf adds to every output.
        var forest = GrownForest.Grow(random, 5, outputs, trees: 1 + random.Next(6), depth: 5, weights: form == "ensemble" ? 1 : outputs);
        if (form.StartsWith("regressor", StringComparison.Ordinal) && seed % 2 == 0) forest = forest with { AggregateFunction = "AVERAGE" };
        if (form == "ensemble") forest = forest with { BaseValues = [], AggregateFunction = seed % 2 == 0 ? "AVERAGE" : "SUM" };
        var file = form switch
        {
            "regressor" => TreeModelFile.Regressor(forest),
            "regressor as tensors" => TreeModelFile.Regressor(forest, asTensors: true),
            "classifier" => TreeModelFile.Classifier(forest),
            _ => TreeModelFile.Ensemble5(forest),
        };
        var model = TreeShapModel.TryLoad(file.WriteTo(_folder))!;
        var margins = new double[outputs];

        Assert.Equal((5, outputs, form != "ensemble"), (model.FeatureCount, model.OutputCount, model.CanAttribute));
        using var session = new InferenceSession(file.ToBytes());
        for (var count = 0; count < 50; count++)
        {
            var row = forest.Row(random);
            var expected = Run(session, row, file.ElementType);
            model.Margins(row, margins);
            // Two classes with one score: the margin is that of the second class.
            Assert.Equal(form == "classifier" && outputs == 1 ? [expected[1]] : expected, margins, (first, second) => Math.Abs(first - second) < 1e-5);
        }
    }

    [Fact]
    public void The_feature_count_is_that_of_the_input_even_when_trees_use_fewer()
        => Assert.Equal(7, TreeShapModel.TryLoad(TreeModelFile.Regressor(Stump with { Features = 7 }).WriteTo(_folder))!.FeatureCount);

    [Fact]
    public void Covers_of_an_indexed_ensemble_are_metadata_of_the_model()
    {
        var (file, row) = (TreeModelFile.Ensemble5(Stump), new float[] { 0, 0 });
        Assert.False(TreeShapModel.TryLoad(file.WriteTo(_folder))!.CanAttribute);
        file.Metadata = [LeafHitRates.ToMetadata([1, 2])];

        var (indexed, listed) = (TreeShapModel.TryLoad(file.WriteTo(_folder))!, TreeShapModel.TryLoad(TreeModelFile.Regressor(Stump).WriteTo(_folder))!);

        var (found, expected) = (new double[2], new double[2]);
        indexed.Attribute(row, found);
        listed.Attribute(row, expected);
        Assert.Equal(expected, found);
        Assert.Equal(1.0 / 3, indexed.Bias[0], 1e-15);
    }

    [Theory]
    [InlineData(1, "The trees have 2 leaf_weights and 1 leaf_hitrates.")]
    [InlineData(3, "The trees have 2 leaf_weights and 3 leaf_hitrates.")]
    public void Covers_of_another_number_of_leaves_are_rejected(int count, string sentence)
    {
        var file = TreeModelFile.Ensemble5(Stump);
        file.Metadata = [LeafHitRates.ToMetadata(new double[count])];

        Assert.Equal(sentence, Assert.Throws<InvalidDataException>(() => TreeShapModel.TryLoad(file.WriteTo(_folder))).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not Base64!")]
    [InlineData("AAAA")]
    public void Covers_that_are_not_numbers_are_unknown(string value)
    {
        var file = TreeModelFile.Ensemble5(Stump);
        file.Metadata = [new() { Key = LeafHitRates.Key, Value = value }];

        Assert.False(TreeShapModel.TryLoad(file.WriteTo(_folder))!.CanAttribute);
    }

    [Fact]
    public void For_a_dynamic_input_the_trees_determine_the_feature_count()
    {
        var file = TreeModelFile.Regressor(Stump);
        file.Graph.Input[0] = TreeModelFile.Describe("features", TreeModelFile.Fp32, -1, -1);

        Assert.Equal(2, TreeShapModel.TryLoad(file.WriteTo(_folder))!.FeatureCount);
    }

    [Fact]
    public void Post_transforms_are_named()
    {
        var file = TreeModelFile.Regressor(Stump);
        file.Set("post_transform", "LOGISTIC");

        Assert.Equal("LOGISTIC", TreeShapModel.TryLoad(file.WriteTo(_folder))!.PostTransform);
        Assert.Equal("NONE", TreeShapModel.TryLoad(TreeModelFile.Regressor(Stump).WriteTo(_folder))!.PostTransform);
    }

    [Fact]
    public void Nodes_after_the_trees_and_casts_before_them_are_accepted()
    {
        var file = TreeModelFile.Regressor(Stump);
        file.Node.Input[0] = "wide";
        file.Graph.Node.Insert(0, new NodeProto { OpType = "Cast", Input = { "features" }, Output = { "wide" }, Attribute = { new AttributeProto { Name = "to", I = TreeModelFile.Fp32 } } });
        file.Graph.Node.Add(new NodeProto { OpType = "Sigmoid", Input = { "margins" }, Output = { "probability" } });

        Assert.NotNull(TreeShapModel.TryLoad(file.WriteTo(_folder)));
    }

    public static TheoryData<string> Otherwise => ["no trees", "two ensembles", "scaled", "cast to integers", "past the trees", "two inputs", "a branch of the graph"];

    /// <summary>Attributions of the trees would not describe the model.</summary>
    [Theory]
    [MemberData(nameof(Otherwise))]
    public void A_model_with_other_paths_from_input_to_output_is_not_explained(string how)
    {
        var file = TreeModelFile.Regressor(Stump);
        var nodes = file.Graph.Node;
        switch (how)
        {
            case "no trees": nodes.Clear(); break;
            case "two ensembles": nodes.Add(file.Node.Clone()); break;
            case "scaled":
                file.Node.Input[0] = "scaled";
                nodes.Insert(0, new NodeProto { OpType = "Mul", Input = { "features", "features" }, Output = { "scaled" } });
                break;
            case "cast to integers":
                file.Node.Input[0] = "whole";
                nodes.Insert(0, new NodeProto { OpType = "Cast", Input = { "features" }, Output = { "whole" }, Attribute = { new AttributeProto { Name = "to", I = 7 } } });
                break;
            case "past the trees": nodes.Add(new NodeProto { OpType = "Add", Input = { "margins", "features" }, Output = { "sum" } }); break;
            case "two inputs": file.Graph.Input.Add(TreeModelFile.Describe("offset", TreeModelFile.Fp32, -1, 1)); break;
            default: nodes.Add(new NodeProto { OpType = "If", Input = { "margins" }, Output = { "sum" }, Attribute = { new AttributeProto { Name = "then_branch", G = new GraphProto() } } }); break;
        }

        Assert.Null(TreeShapModel.TryLoad(file.WriteTo(_folder)));
    }

    public static TheoryData<string, string> RejectedFiles => new()
    {
        { "MIN", "The trees are aggregated by MIN; SUM and AVERAGE are explained." },
        { "mode", "A branch of the trees is of mode BRANCH_MEMBER; BRANCH_LEQ, LT, GTE, GT, EQ and NEQ are explained." },
        { "member", "A branch of the trees is of mode 6, BRANCH_MEMBER; BRANCH_LEQ, LT, GTE, GT, EQ and NEQ, 0 to 5, are explained." },
        { "MAX of 5", "The trees are aggregated by MAX; SUM and AVERAGE are explained." },
        { "65 features", "A path of the trees uses more than 64 features." },
        { "deep", "A tree is deeper than 512." },
        { "circle", "A node of the trees has two parents, or is beneath itself." },
        { "two parents", "A node of the trees has two parents, or is beneath itself." },
        { "no child", "Tree 0 has no node 77, but refers to it." },
        { "twice", "Tree 0 has node 0 twice." },
        { "columns", "The trees have 3 nodes_modes and 2 nodes_featureids." },
        { "thresholds", "The trees have 3 nodes_modes and 0 nodes_values." },
        { "weights", "The trees have 2 target_ids, 1 target_treeids, 2 target_nodeids and 2 target_weights." },
        { "output", "A leaf adds to output 5; there are 1." },
        { "outputs", "The trees have 99999999999 outputs; 1 to 10000 are explained." },
        { "too many", "The model has 900000 features and 1000 outputs; 100000000 attributions are the maximum." },
        { "base", "The trees have 1 outputs and 3 base_values." },
        { "feature", "The trees refer to feature 2; the model's input has 2." },
        { "negative feature", "The trees refer to feature -1." },
        { "leaf of 5", "The trees refer to leaf 9; there are 2." },
        { "outside", "The attribute nodes_splits is stored outside of the model's file." },
        { "element", "The attribute nodes_splits has element type 7; FP32, FP64, FP16 and UINT8 are supported." },
    };

    [Theory]
    [MemberData(nameof(RejectedFiles))]
    public void Unsupported_trees_are_rejected_with_a_reason(string what, string sentence)
    {
        var path = Broken(what).WriteTo(_folder);

        var exception = Assert.ThrowsAny<Exception>(() => TreeShapModel.TryLoad(path));

        Assert.True(exception is NotSupportedException or InvalidDataException, exception.ToString());
        Assert.Equal(sentence, exception.Message);
    }

    [Fact]
    public void A_truncated_or_changed_file_is_read_or_rejected_without_other_exceptions()
    {
        var bytes = TreeModelFile.Regressor(GrownForest.Grow(new Random(2), 3, 2, trees: 2, depth: 3)).ToBytes();
        var path = _folder.Below("damaged.onnx");
        var rejected = 0;
        for (var at = 0; at < bytes.Length; at++)
        {
            Try(bytes[..at]);
            var changed = bytes.ToArray();
            changed[at] ^= (byte)(1 + (at * 31 & 0x7F));
            Try(changed);
        }

        Assert.True(rejected > bytes.Length / 2, $"{rejected} of {2 * bytes.Length}");

        void Try(byte[] damaged)
        {
            File.WriteAllBytes(path, damaged);
            try
            {
                if (TreeShapModel.TryLoad(path) is { CanAttribute: true } model) model.Attribute(new float[model.FeatureCount], new double[model.OutputCount * model.FeatureCount]);
            }
            catch (Exception exception) when (exception is InvalidDataException or NotSupportedException)
            {
                rejected++;
            }
        }
    }

    private static TreeModelFile Broken(string what)
    {
        var chain = GrownTree.Leaf(1, 1);
        for (var depth = 0; depth < (what == "deep" ? 513 : 65); depth++) chain = GrownTree.Branch(what == "deep" ? depth % 2 : depth, 0, chain, GrownTree.Leaf(1, 1));
        var file = what switch
        {
            "member" or "MAX of 5" or "leaf of 5" or "outside" or "element" => TreeModelFile.Ensemble5(Stump),
            "deep" => TreeModelFile.Regressor(new GrownForest(2, 1, [chain])),
            "65 features" => TreeModelFile.Regressor(new GrownForest(65, 1, [chain])),
            _ => TreeModelFile.Regressor(Stump),
        };
        switch (what)
        {
            case "MIN": file.Set("aggregate_function", "MIN"); break;
            case "mode": file.Set("nodes_modes", ["BRANCH_MEMBER", "LEAF", "LEAF"]); break;
            case "member": file.Set("nodes_modes", new TensorProto { DataType = 2, Dims = { 1 }, Int32Data = { 6 } }); break;
            case "MAX of 5": file.Set("aggregate_function", 3); break;
            case "circle": file.Set("nodes_truenodeids", [0L, 0, 0]); break;
            case "two parents":
                file.Set("nodes_modes", ["BRANCH_LT", "BRANCH_LT", "LEAF"]);
                file.Set("nodes_truenodeids", [1L, 2, 0]);
                file.Set("nodes_falsenodeids", [1L, 2, 0]);
                break;
            case "no child": file.Set("nodes_truenodeids", [77L, 0, 0]); break;
            case "twice": file.Set("nodes_nodeids", [0L, 0, 2]); break;
            case "columns": file.Set("nodes_featureids", [0L, 0]); break;
            case "thresholds": file.Set("nodes_values", Array.Empty<float>()); break;
            case "weights": file.Set("target_treeids", [0L]); break;
            case "output": file.Set("target_ids", [0L, 5]); break;
            case "outputs": file.Set("n_targets", 99_999_999_999); break;
            case "too many":
                file = TreeModelFile.Regressor(Stump with { Features = 900_000 });
                file.Set("n_targets", 1000);
                break;
            case "base": file.Set("base_values", [1f, 2, 3]); break;
            case "feature": file.Set("nodes_featureids", [2L, 0, 0]); break;
            case "negative feature": file.Set("nodes_featureids", [-3L, 0, 0]); break;
            case "leaf of 5": file.Set("nodes_truenodeids", [9L]); break;
            case "outside": file.Set("nodes_splits", new TensorProto { DataType = 1, DataLocation = TensorProto.Types.DataLocation.External }); break;
            case "element": file.Set("nodes_splits", new TensorProto { DataType = 7, RawData = ByteString.CopyFrom(new byte[8]) }); break;
        }
        return file;
    }

    private static double[] Run(InferenceSession session, float[] row, int elementType)
    {
        long[] shape = [1, row.Length];
        using var input = elementType == TreeModelFile.Fp64
            ? OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(row, value => (double)value), shape)
            : OrtValue.CreateTensorValueFromMemory(row, shape);
        using var options = new RunOptions();
        using var outputs = session.Run(options, ["features"], [input], ["margins"]);
        return [.. outputs[0].GetTensorDataAsSpan<float>().ToArray().Select(value => (double)value)];
    }
}
