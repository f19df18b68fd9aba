using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Execution;
using InferenceServices.Inference.Graphs;
using InferenceServices.Onnx;
using InferenceServices.Testing;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Inference.Tests.Graphs;

/// <summary>Graphs in which a tensor becomes empty or large: without a guard, most runs end the process of the tests.</summary>
public sealed class KernelGuardsTests : IDisposable
{
    private const long MaxElements = 1000;
    private const int Boolean = 9;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Kernels that do not survive an empty axis: operator, shape of the input that becomes empty, the axis.</summary>
    public static TheoryData<string, long[], int> Kernels => new()
    {
        { "GRU", [3, 2, 4], 0 },
        { "GRU", [3, 2, 4], 1 },
        { "LSTM", [3, 2, 4], 1 },
        { "InstanceNormalization", [1, 2, 4, 4], 2 },
        { "RoiAlign", [1, 2, 4, 4], 3 },
        { "ConvTranspose", [1, 2, 4, 4], 2 },
        { "Conv", [3, 2, 3, 3], 0 },
        { "Conv", [3, 2, 3, 3], 2 },
        { "STFT", [16], 0 },
        { "Unique", [3, 2], 1 },
        { "NonMaxSuppression", [1], 0 },
        { "ai.onnx.ml.FeatureVectorizer", [3, 2], 0 },
        { "com.microsoft.Inverse", [2, 3, 3], 1 },
        { "com.microsoft.RotaryEmbedding", [2, 3, 8], 2 },
        { "com.microsoft.SkipLayerNormalization", [2, 3, 4], 0 },
        { "com.microsoft.MultiHeadAttention", [2, 3, 8], 2 },
    };

    [Theory]
    [MemberData(nameof(Kernels))]
    public void A_tensor_that_becomes_empty_before_a_kernel_that_fails_is_a_client_error(string kernel, long[] shape, int axis)
    {
        var graph = GraphOf(kernel, shape, axis);
        var read = Read(graph);
        Assert.NotNull(read.Content);
        using var session = new ModelSession(read, 1);

        Run(session, shape, shape[axis]);
        Assert.Contains("is empty", Rejection(session, shape, 0), StringComparison.Ordinal);
        Run(session, shape, shape[axis]);
    }

    [Fact]
    public void An_empty_tensor_that_the_kernel_survives_is_permitted()
    {
        foreach (var (kernel, shape, axis) in new[] { ("InstanceNormalization", new long[] { 1, 2, 4, 4 }, 0), ("ConvTranspose", [1, 2, 4, 4], 0), ("LSTM", [3, 2, 4], 0), ("Unique", [3, 2], 0) })
        {
            using var session = new ModelSession(Read(GraphOf(kernel, shape, axis)), 1);
            Run(session, shape, 0);
        }
    }

    [Theory]
    [InlineData("MaxPool", 2, 1)]
    [InlineData("AveragePool", 2, 1)]
    [InlineData("MaxPool", 3, 2)]
    [InlineData("AveragePool", 7, 7)]
    public void A_pool_of_an_image_that_is_smaller_than_the_window_is_a_client_error(string pool, int window, int stride)
    {
        using var session = new ModelSession(Read(PoolOf(pool, window, stride, "n", 16, "h", "w")), 1);

        Run(session, Image(window));
        for (var rows = window - 1; rows > 0; rows--)
        {
            // The runtime returns an error for an output of a negative length, and clips the window at the end of the image.
            if ((rows - window) / stride == -1) Assert.Contains("too small for the window", Rejection(session, Image(rows)), StringComparison.Ordinal);
            else if ((rows - window) / stride == 0) Run(session, Image(rows));
            else Assert.Throws<OnnxRuntimeException>(() => Run(session, Image(rows)));
        }
    }

    [Fact]
    public void A_pool_of_images_of_a_fixed_size_has_no_guard()
    {
        Assert.Null(Read(PoolOf("MaxPool", 3, 2, "n", 16, 32, 32)).Content);
        Assert.NotNull(Read(PoolOf("MaxPool", 3, 2, "n", 16, 1, 32)).Content);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(17)]
    public void A_guard_does_not_hide_the_type_of_a_tensor(int opset)
    {
        var graph = PoolOf("AveragePool", 3, 2, "n", 16, "h", "w");
        graph.Node("Sqrt", "root", "y");
        graph.Node("Div", "quotient", "y", "root");
        graph.Output("quotient", OnnxDatatype.Fp32, "n", 16, "p", "q");
        var model = ModelOf(graph.Graph, opset);

        using var session = new ModelSession(Read(model), 1);
        KernelGuards.AddTo(model, [], allowUnsafeOperators: false, MaxElements);

        Assert.DoesNotContain(model.Graph.Node, node => node.OpType == "Where");
    }

    [Theory]
    [InlineData(9)]
    [InlineData(17)]
    public void A_division_of_numbers_whose_type_is_not_known_is_guarded(int opset)
    {
        var graph = new GraphBuilder("g");
        graph.Input("x", OnnxDatatype.Fp32, "n");
        graph.Node("RandomUniformLike", "r", "x");
        graph.Node("Sub", "minus", "r", "r");
        graph.Node("Sub", "one", "minus", graph.Constant("unit", [1f], 1));
        graph.Node("Add", "sum", "minus", "x");
        graph.Node("Div", "y", "sum", "one");
        graph.Output("y", OnnxDatatype.Fp32, "n");
        var read = Read(ModelOf(graph.Graph, opset));
        Assert.NotNull(read.Content);
        using var session = new ModelSession(read, 1);
        using var request = Repositories.Floats("x", new(3), 1, -2, float.NaN);
        using var options = new RunOptions();

        var output = Assert.Single(session.Run(request, options, out _));

        Assert.Equal([-1f, 2f, float.NaN], output.Tensor.Values<float>().ToArray());
        output.Tensor.Dispose();
    }

    [Fact]
    public void A_matrix_that_is_not_square_has_no_inverse()
    {
        var graph = new GraphBuilder("g");
        graph.Input("x", OnnxDatatype.Fp32, "n", "a", "b");
        graph.Node("Inverse", "y", "x");
        graph.Graph.Node[^1].Domain = "com.microsoft";
        AddOutput(graph);
        using var session = new ModelSession(Read(graph), 1);

        Run(session, Repositories.Floats("x", new(1, 2, 2), 1, 2, 3, 4));
        Assert.Contains("not square", Rejection(session, Repositories.Floats("x", new(1, 1, 2), 1, 2)), StringComparison.Ordinal);
    }

    public static TheoryData<string> Producers => ["NonZero", "Compress", "Gather", "ConstantOfShape", "Range", "Split", "Loop", "NonMaxSuppression", "SequenceAt", "TopK", "Expand", "Tile"];

    [Theory]
    [MemberData(nameof(Producers))]
    public void An_operator_that_makes_an_empty_tensor_is_found(string producer)
    {
        var graph = new GraphBuilder("g");
        graph.Input("n", OnnxDatatype.Int64);
        var made = Produce(graph, producer);
        graph.Constant("all", [-1L], 1);
        graph.Constant("sequence", [-1L, 1, 1], 3);
        graph.Node("Reshape", "vector", made, "all");
        graph.Node("Cast", "numbers", ["vector"], [("to", OnnxDatatype.Fp32)]);
        // A sequence of one feature, as long as the tensor.
        graph.Node("Unsqueeze", "x1", "numbers", graph.Constant("axis", [1L, 2], 2));
        AddRecurrent(graph, "GRU", "x1", features: 1);
        using var session = new ModelSession(Read(graph.Graph), 1);

        Run(session, Number(2));
        Assert.Contains("input 1 of the node is empty", Rejection(session, Number(0)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_in_a_branch_and_in_a_function_is_guarded()
    {
        var branch = GraphOf("GRU", [3, 2, 4], 0);
        var graph = new GraphBuilder("g");
        graph.Input("x", OnnxDatatype.Fp32, "a", "b", "c");
        graph.Input("n", OnnxDatatype.Int64);
        branch.Graph.Input.Clear();
        branch.Graph.Name = "then";
        var other = new GraphBuilder("else");
        other.Node("Identity", "other", "x");
        other.Output("other", OnnxDatatype.Fp32, "d", "e", "f", "g");
        graph.Node("Equal", "always", "n", "n");
        graph.Graph.Node.Add(new NodeProto { OpType = "If", Input = { "always" }, Output = { "y" }, Attribute = { Graph("then_branch", branch.Graph), Graph("else_branch", other.Graph) } });
        AddOutput(graph);
        var model = ModelOf(graph.Graph);

        using (var session = new ModelSession(Read(model), 1))
        {
            Run(session, [3, 2, 4], 3);
            Assert.Contains("node GRU", Rejection(session, [3, 2, 4], 0), StringComparison.Ordinal);
        }

        var function = GraphOf("GRU", [3, 2, 4], 0);
        model.Functions.Add(new FunctionProto { Domain = "local", Name = "Recur", Input = { "x", "n", "w", "r" }, Output = { "y" }, OpsetImport = { new OperatorSetIdProto { Version = 17 } } });
        foreach (var initializer in function.Graph.Initializer.Where(value => value.Name is not ("w" or "r")).ToList())
            model.Functions[0].Node.Add(new NodeProto { OpType = "Constant", Output = { initializer.Name }, Attribute = { new AttributeProto { Name = "value", T = initializer, Type = AttributeProto.Types.AttributeType.Tensor } } });
        model.Functions[0].Node.Add(function.Graph.Node);
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "local", Version = 1 });
        model.Graph.Node.Clear();
        model.Graph.Node.Add(new NodeProto { Domain = "local", OpType = "Recur", Input = { "x", "n", "w", "r" }, Output = { "y" } });
        model.Graph.Initializer.Add(function.Graph.Initializer.Where(value => value.Name is "w" or "r"));
        using var called = new ModelSession(Read(model), 1);
        Run(called, [3, 2, 4], 3);
        Assert.Contains("node GRU", Rejection(called, [3, 2, 4], 0), StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_network_has_no_guards()
    {
        var graph = new GraphBuilder("g");
        graph.Input("x", OnnxDatatype.Fp32, "n", 3, "h", "w");
        graph.Constant("w1", new float[8 * 3 * 9], 8, 3, 3, 3);
        graph.Constant("w2", new float[8 * 8 * 9], 8, 8, 3, 3);
        graph.Constant("scale", new float[8], 8);
        graph.Constant("scales", [1f, 1, 2, 2], 4);
        Ints(graph.Node("Conv", "c1", "x", "w1"), graph, ("kernel_shape", [3, 3]), ("pads", [1, 1, 1, 1]), ("strides", [2, 2]));
        graph.Node("Relu", "r1", "c1");
        Ints(graph.Node("MaxPool", "p1", "r1"), graph, ("kernel_shape", [3, 3]), ("pads", [1, 1, 1, 1]), ("strides", [2, 2]));
        graph.Node("InstanceNormalization", "i1", "p1", "scale", "scale");
        Ints(graph.Node("Conv", "c2", "i1", "w2"), graph, ("kernel_shape", [3, 3]), ("dilations", [2, 2]), ("pads", [2, 2, 2, 2]));
        graph.Node("Resize", "u2", "c2", "", "scales");
        graph.Node("Add", "a2", "u2", "u2");
        graph.Node("InstanceNormalization", "i2", "a2", "scale", "scale");
        graph.Node("ConvTranspose", "y", "i2", "w2");
        graph.Output("y", OnnxDatatype.Fp32, "n", 8, "p", "q");

        Assert.Null(Read(graph).Content);
    }

    [Fact]
    public void A_state_of_zeros_whose_shape_follows_from_the_input_has_no_guard()
    {
        var graph = new GraphBuilder("g");
        graph.Input("x", OnnxDatatype.Fp32, "t", "n", 4);
        graph.Node("Shape", "shape", "x");
        graph.Node("Gather", "batch", "shape", graph.Constant("one", [1L], 1));
        graph.Graph.Node.Add(new NodeProto { OpType = "Concat", Input = { "batch", graph.Constant("three", [3L], 1), "one" }, Output = { "zeros_shape" }, Attribute = { new AttributeProto { Name = "axis", Type = AttributeProto.Types.AttributeType.Int } } });
        graph.Node("ConstantOfShape", "zeros", "zeros_shape");
        graph.Node("Transpose", "z", "zeros");
        graph.Node("InstanceNormalization", "y", "z", graph.Constant("scale", [1f, 1f, 1f], 3), "scale");
        graph.Output("y", OnnxDatatype.Fp32, 1, 3, "n");

        Assert.Null(Read(graph).Content);
    }

    /// <summary>Operators whose output has a size that a value decides: operator, the values within and above the limit.</summary>
    public static TheoryData<string, float[], float[]> Sizes => new()
    {
        { "Resize scales", [1, 2], [1, 1e6f] },
        { "Resize sizes", [1, 8], [1, 1 << 30] },
        { "Resize sizes not_smaller", [2, 8], [2, 1 << 30] },
        { "Resize roi", [0, 0, 1, 2], [0, 0, 1, 1e6f] },
        { "Upsample", [1, 2], [1, 1e6f] },
        { "Pad", [0, 1, 0, 1], [0, 1 << 30, 0, 1 << 30] },
        { "Pad axes", [1, 1], [1, 1 << 30] },
        { "OneHot", [3], [1 << 30] },
        { "ConstantOfShape", [2, 3], [1 << 20, 1 << 20] },
        { "Expand", [2, 4], [1 << 30, 4] },
        { "Tile", [2, 2], [1 << 20, 1 << 20] },
        { "Range", [3], [-1e12f] },
        { "MaxUnpool", [1, 1, 1, 8], [1, 1, 1, 1 << 30] },
        { "CenterCropPad", [8], [1 << 30] },
        { "AffineGrid", [1, 1, 4, 4], [1, 1, 1 << 20, 1 << 20] },
        { "DFT", [8], [1 << 30] },
        { "HannWindow", [8], [1 << 30] },
        { "MelWeightMatrix", [8], [1 << 30] },
        { "MelWeightMatrix", [8], [-2147483648f] },
        { "Col2Im", [4, 4], [1 << 20, 1 << 20] },
        { "STFT", [8], [0] },
        { "com.microsoft.CropAndResize", [3, 3], [1 << 20, 1 << 20] },
        { "com.microsoft.Range", [3], [-1e12f] },
        { "com.microsoft.Pad", [0, 1, 0, 1], [0, 1 << 30, 0, 1 << 30] },
        { "DFT of the input", [1, 2, 3, 4, 5], new float[600] },
        { "DFT of the input, opset 20", [1, 2, 3, 4, 5], new float[600] },
        { "STFT of the input", new float[60], new float[600] },
        { "Multinomial", [1, 2, 3], new float[30] },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_value_that_makes_a_tensor_too_large_is_a_client_error(string operatorName, float[] within, float[] above)
    {
        var (graph, opset) = SizedBy(operatorName, within.Length);
        using var session = new ModelSession(Read(ModelOf(graph.Graph, opset)), 1);

        Run(session, Repositories.Floats("v", new(within.Length), within));
        Assert.Contains("more than 1000 elements", Rejection(session, Repositories.Floats("v", new(above.Length), above)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RandomNormal")]
    [InlineData("RandomUniform")]
    public void An_attribute_that_makes_a_tensor_too_large_fails_the_load(string operatorName)
    {
        var graph = new GraphBuilder("g");
        graph.Input("x", OnnxDatatype.Fp32, 1);
        graph.Node(operatorName, "noise");
        Ints("noise", graph, ("shape", [1L << 32, 1L << 32]));
        graph.Node("Add", "y", "x", "noise");
        AddOutput(graph);

        Assert.EndsWith("makes a tensor of more than 1000 elements", Assert.Throws<NotSupportedException>(() => Read(graph)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Expand")]
    [InlineData("Tile")]
    [InlineData("ConstantOfShape")]
    public void A_constant_that_makes_a_tensor_too_large_is_found(string operatorName)
    {
        var graph = new GraphBuilder("g");
        graph.Input("x", OnnxDatatype.Fp32, 1);
        graph.Constant("length", [2000L], 1);
        graph.Node(operatorName, "made", operatorName == "ConstantOfShape" ? ["length"] : ["x", "length"]);
        graph.Node("Add", "y", "x", "made");
        AddOutput(graph);

        var error = Assert.Throws<OnnxRuntimeException>(() =>
        {
            using var session = new ModelSession(Read(graph), 1);
            Run(session, Repositories.Floats("x", new(1), 1));
        });
        Assert.Contains("more than 1000 elements", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BeamSearch")]
    [InlineData("DecoderMaskedMultiHeadAttention")]
    public void A_kernel_that_was_not_tested_needs_the_switch(string operatorName)
    {
        var graph = new GraphBuilder("g");
        graph.Input("x", OnnxDatatype.Fp32, "n");
        graph.Node(operatorName, "y", "x");
        graph.Graph.Node[^1].Domain = "com.microsoft";
        AddOutput(graph);

        Assert.Equal(
            $"{operatorName} was not tested against values that end the process or run without end; set --allow_unsafe_operators",
            Assert.Throws<UnsafeOperatorException>(() => Read(graph)).Message);
        KernelGuards.AddTo(ModelOf(graph.Graph), [], allowUnsafeOperators: true, MaxElements);
    }

    [Theory]
    [InlineData("silero-vad")]
    [InlineData("pp-ocr-det")]
    [InlineData("pp-ocr-rec")]
    [InlineData("minilm")]
    public void An_ordinary_model_needs_few_nodes_more(string name)
    {
        var path = Checkout.PathOf($"artifacts/real-models/{name}/model.onnx");
        Assert.SkipUnless(File.Exists(path), "The models are missing: tests/RealModels/ensure downloads them.");
        var model = OnnxFile.Read(path);
        var before = GraphReader.AllNodes(model.Graph).Count();

        using (new ModelSession(ModelGraph.Read(path, allowUnsafeOperators: false, 1 << 26), 1))
            KernelGuards.AddTo(model, [], allowUnsafeOperators: false, 1 << 26);

        Assert.InRange(GraphReader.AllNodes(model.Graph).Count() - before, 0, 70);
    }

    // x[…, :n, …] along the axis, then the kernel.
    private static GraphBuilder GraphOf(string kernel, long[] shape, int axis)
    {
        var graph = new GraphBuilder("g");
        graph.Input("x", OnnxDatatype.Fp32, [.. shape.Select((_, index) => (object)$"d{index}")]);
        graph.Input("n", OnnxDatatype.Int64);
        graph.Constant("zero", [0L], 1);
        graph.Constant("axis", [(long)axis], 1);
        graph.Node("Reshape", "end", "n", graph.Constant("vector", [-1L], 1));
        graph.Node("Slice", "cut", "x", "zero", "end", "axis");
        switch (kernel)
        {
            case "GRU" or "LSTM": AddRecurrent(graph, kernel, "cut", (int)shape[2]); break;
            case "InstanceNormalization": graph.Node(kernel, "y", "cut", graph.Constant("one", [1f, 1f], 2), "one"); break;
            case "RoiAlign": graph.Node(kernel, "y", "cut", graph.Constant("rois", [0f, 0, 3, 3], 1, 4), graph.Constant("batch", [0L], 1)); break;
            case "ConvTranspose":
                graph.Node(kernel, "y", "cut", graph.Constant("w", new float[2 * 9], 2, 1, 3, 3));
                Ints("y", graph, ("strides", [3, 3]), ("output_padding", [1, 1]));
                break;
            case "Conv": graph.Node(kernel, "y", graph.Constant("image", new float[2 * 25], 1, 2, 5, 5), "cut"); break;
            case "STFT": graph.Node(kernel, "y", graph.Constant("signal", new float[64], 1, 64, 1), graph.Constant("step", [8L]), "cut"); break;
            case "Unique": graph.Node(kernel, "y", ["cut"], [("axis", 0)]); break;
            case "NonMaxSuppression":
                graph.Node("Cast", "threshold", ["cut"], [("to", OnnxDatatype.Fp32)]);
                graph.Node(kernel, "chosen", graph.Constant("boxes", [0f, 0, 1, 1], 1, 1, 4), graph.Constant("scores", [1f], 1, 1, 1), graph.Constant("most", [1L], 1), "threshold");
                graph.Node("Cast", "y", ["chosen"], [("to", OnnxDatatype.Fp32)]);
                break;
            case "ai.onnx.ml.FeatureVectorizer":
                graph.Node("FeatureVectorizer", "y", "cut");
                Ints("y", graph, ("inputdimensions", [2]));
                break;
            case "com.microsoft.Inverse":
                // Both axes, as the matrix is square.
                graph.Node("Slice", "square", "cut", "zero", "end", graph.Constant("last", [2L], 1));
                graph.Node("Add", "sum", "square", graph.Constant("diagonal", [5f], 1));
                graph.Node("Inverse", "y", "sum");
                break;
            case "com.microsoft.RotaryEmbedding":
                graph.Node("RotaryEmbedding", "y", ["cut", graph.Constant("positions", [0L], 1), graph.Constant("cos", new float[8], 4, 2), graph.Constant("sin", new float[8], 4, 2)], [("num_heads", 2)]);
                break;
            case "com.microsoft.SkipLayerNormalization": graph.Node("SkipLayerNormalization", "y", "x", "cut", graph.Constant("gamma", new float[4], 4)); break;
            case "com.microsoft.MultiHeadAttention": graph.Node("MultiHeadAttention", "y", ["x", "x", "cut"], [("num_heads", 2)]); break;
        }
        if (kernel.LastIndexOf('.') is > 0 and var dot) graph.Graph.Node[^1].Domain = kernel[..dot];
        AddOutput(graph);
        return graph;
    }

    // A convolution that the optimizer changes to another layout, then the pool.
    private static GraphBuilder PoolOf(string pool, int window, int stride, params object[] shape)
    {
        var graph = new GraphBuilder("g");
        graph.Input("x", OnnxDatatype.Fp32, shape);
        graph.Node("Conv", "c", "x", graph.Constant("w", new float[16 * 16 * 9], 16, 16, 3, 3));
        Ints("c", graph, ("pads", [1, 1, 1, 1]));
        graph.Node("Relu", "r", "c");
        graph.Node(pool, "y", "r");
        Ints("y", graph, ("kernel_shape", [window, window]), ("strides", [stride, stride]));
        AddOutput(graph);
        return graph;
    }

    private static InferRequest Image(int rows) => Repositories.Floats("x", new Shape(1, 16, rows, 8), new float[16 * rows * 8]);

    private static string Produce(GraphBuilder graph, string producer)
    {
        graph.Constant("one", [1L]);
        graph.Constant("none", [0L]);
        graph.Node("Reshape", "length", "n", graph.Constant("scalar_as_vector", [-1L], 1));
        // As many numbers as n, a producer itself.
        graph.Node("Range", "range", "none", "n", "one");
        switch (producer)
        {
            case "Range": return "range";
            case "ConstantOfShape": return graph.Node("ConstantOfShape", "made", "length");
            case "NonZero":
                graph.Node("Expand", "ones", "n", graph.Constant("shape", [2L], 1));
                return graph.Node("NonZero", "made", "ones");
            case "Compress":
                graph.Node("Greater", "positive", "n", "none");
                graph.Node("Reshape", "condition", "positive", "scalar_as_vector");
                return graph.Node("Compress", "made", graph.Constant("table", [4L, 5], 2), "condition");
            case "Gather":
                graph.Node("Gather", "made", graph.Constant("table", [4L, 5, 6], 3), "range");
                return "made";
            case "Split":
                graph.Node("Sub", "rest", graph.Constant("three", [3L], 1), "length");
                graph.Node("Concat", "sizes", ["length", "rest"], [("axis", 0)]);
                graph.Graph.Node.Add(new NodeProto { OpType = "Split", Input = { graph.Constant("table", [4L, 5, 6], 3), "sizes" }, Output = { "made", "other" } });
                return "made";
            case "Loop":
                var body = new GraphBuilder("turn");
                body.Input("turn", OnnxDatatype.Int64);
                body.Input("go", Boolean);
                body.Node("Identity", "go_on", "go");
                body.Node("Add", "number", "turn", "turn");
                body.Output("go_on", Boolean);
                body.Output("number", OnnxDatatype.Int64);
                graph.Graph.Node.Add(new NodeProto { OpType = "Loop", Input = { "n", "" }, Output = { "made" }, Attribute = { Graph("body", body.Graph) } });
                return "made";
            case "NonMaxSuppression":
                return graph.Node("NonMaxSuppression", "made", graph.Constant("boxes", [0f, 0, 1, 1], 1, 1, 4), graph.Constant("scores", [1f], 1, 1, 1), "length");
            case "SequenceAt":
                graph.Node("SequenceConstruct", "list", "range", "range");
                return graph.Node("SequenceAt", "made", "list", "none");
            case "TopK":
                graph.Graph.Node.Add(new NodeProto { OpType = "TopK", Input = { graph.Constant("table", [4f, 5, 6], 3), "length" }, Output = { "made", "indices" } });
                return "made";
            case "Expand": return graph.Node("Expand", "made", "one", "length");
            default: return graph.Node("Tile", "made", graph.Constant("unit", [1L], 1), "length");
        }
    }

    // The input v has the lengths or scales, as FP32.
    private static (GraphBuilder Graph, long Opset) SizedBy(string operatorName, int count)
    {
        var graph = new GraphBuilder("g");
        // The runtime infers shapes only if the number of lengths is known.
        graph.Input("v", OnnxDatatype.Fp32, operatorName.Contains("input", StringComparison.Ordinal) || operatorName == "Multinomial" ? "n" : count);
        graph.Node("Cast", "lengths", ["v"], [("to", OnnxDatatype.Int64)]);
        if (operatorName is "OneHot" or "Range" or "DFT" or "HannWindow" or "MelWeightMatrix" or "STFT" or "com.microsoft.Range") graph.Node("Reshape", "length", "lengths", graph.Constant("scalar", Array.Empty<long>(), 0));
        graph.Constant("x", [1f, 2, 3, 4], 1, 4);
        graph.Constant("none", [0L]);
        graph.Constant("one", [1L]);
        var opset = 17L;
        switch (operatorName)
        {
            case "Resize scales": graph.Node("Resize", "y", "x", "", "v"); break;
            case "Resize sizes": graph.Node("Resize", "y", "x", "", "", "lengths"); break;
            case "Resize sizes not_smaller":
                graph.Node("Resize", "y", "x", "", "", "lengths");
                graph.Graph.Node[^1].Attribute.Add(Text("keep_aspect_ratio_policy", "not_smaller"));
                opset = 18;
                break;
            case "Resize roi":
                graph.Node("Resize", "y", "x", "v", graph.Constant("scales", [1f, 1], 2));
                graph.Graph.Node[^1].Attribute.Add(Text("coordinate_transformation_mode", "tf_crop_and_resize"));
                break;
            case "Upsample":
                graph.Node("Upsample", "y", "x", "v");
                opset = 9;
                break;
            case "Pad": graph.Node("Pad", "y", "x", "lengths"); break;
            case "Pad axes":
                graph.Node("Pad", "y", "x", "lengths", "", graph.Constant("axes", [-1L], 1));
                opset = 18;
                break;
            case "OneHot": graph.Node("OneHot", "y", graph.Constant("indices", [0L, 1], 2), "length", graph.Constant("values", [0f, 1], 2)); break;
            case "ConstantOfShape": graph.Node(operatorName, "y", "lengths"); break;
            case "Expand": graph.Node(operatorName, "y", "x", "lengths"); break;
            case "Tile": graph.Node(operatorName, "y", "x", "lengths"); break;
            // From v to 5.
            case "Range": graph.Node(operatorName, "y", "length", graph.Constant("five", [5L]), "one"); break;
            case "MaxUnpool":
                graph.Node(operatorName, "y", graph.Constant("image", [1f, 2], 1, 1, 1, 2), graph.Constant("indices", [0L, 1], 1, 1, 1, 2), "lengths");
                Ints("y", graph, ("kernel_shape", [1, 2]), ("strides", [1, 2]));
                break;
            case "CenterCropPad":
                graph.Node(operatorName, "y", "x", "lengths");
                Ints("y", graph, ("axes", [1]));
                opset = 18;
                break;
            case "AffineGrid":
                graph.Node(operatorName, "y", graph.Constant("theta", new float[6], 1, 2, 3), "lengths");
                opset = 20;
                break;
            case "DFT": graph.Node(operatorName, "y", graph.Constant("signal", new float[8], 1, 8, 1), "length"); break;
            case "HannWindow": graph.Node(operatorName, "y", "length"); break;
            case "MelWeightMatrix":
                graph.Node(operatorName, "y", graph.Constant("bins", [8L]), "length", graph.Constant("rate", [8000L]), graph.Constant("low", [0f]), graph.Constant("high", [4000f]));
                break;
            case "Col2Im":
                graph.Node(operatorName, "y", graph.Constant("columns", new float[36], 1, 4, 9), "lengths", graph.Constant("block", [2L, 2], 2));
                opset = 18;
                break;
            // The step, for frames of 16 samples.
            case "STFT": graph.Node(operatorName, "y", graph.Constant("signal", new float[64], 1, 64, 1), "length", graph.Constant("window", new float[16], 16)); break;
            case "com.microsoft.CropAndResize":
                graph.Node("Cast", "crop", ["lengths"], [("to", OnnxDatatype.Int32)]);
                graph.Node("CropAndResize", "y", graph.Constant("image", new float[16], 1, 1, 4, 4), graph.Constant("rois", [0f, 0, 1, 1], 1, 4), graph.Constant("batch", [0], 1), "crop");
                break;
            case "DFT of the input" or "DFT of the input, opset 20":
                graph.Node("Unsqueeze", "signal", "v", graph.Constant("axes", [0L, 2], 2));
                graph.Node("DFT", "y", "signal");
                if (operatorName != "DFT of the input") opset = 20;
                break;
            case "STFT of the input":
                graph.Node("Unsqueeze", "signal", "v", graph.Constant("axes", [0L, 2], 2));
                graph.Node("STFT", "y", "signal", graph.Constant("step", [8L]), graph.Constant("window", new float[16], 16));
                break;
            // Each row of one class.
            case "Multinomial":
                graph.Node("Unsqueeze", "rows", "v", graph.Constant("axes", [1L], 1));
                graph.Node("Multinomial", "drawn", ["rows"], [("sample_size", 100)]);
                graph.Node("Cast", "y", ["drawn"], [("to", OnnxDatatype.Fp32)]);
                break;
            case "com.microsoft.Range": graph.Node("Range", "y", "length", graph.Constant("five", [5L]), "one"); break;
            case "com.microsoft.Pad": graph.Node("Pad", "y", "x", "lengths"); break;
        }
        if (operatorName.StartsWith("com.microsoft.", StringComparison.Ordinal)) graph.Graph.Node[^1].Domain = "com.microsoft";
        AddOutput(graph, operatorName.EndsWith("Range", StringComparison.Ordinal) ? OnnxDatatype.Int64 : OnnxDatatype.Fp32);
        return (graph, opset);
    }

    private static void AddRecurrent(GraphBuilder graph, string kernel, string input, int features)
    {
        var gates = kernel == "GRU" ? 3 : 4;
        graph.Node(kernel, "y", [input, graph.Constant("w", new float[gates * 2 * features], 1, gates * 2, features), graph.Constant("r", new float[gates * 4], 1, gates * 2, 2)], [("hidden_size", 2)]);
        AddOutput(graph);
    }

    private static void AddOutput(GraphBuilder graph, int dataType = OnnxDatatype.Fp32)
    {
        if (graph.Graph.Output.Count > 0) return;
        graph.Output("y", dataType);
        graph.Graph.Output[0].Type.TensorType.Shape = null;
    }

    private static void Ints(string node, GraphBuilder graph, params (string Name, long[] Values)[] attributes)
    {
        foreach (var (name, values) in attributes)
            graph.Graph.Node.Last(found => found.Output[0] == node).Attribute.Add(new AttributeProto { Name = name, Ints = { values }, Type = AttributeProto.Types.AttributeType.Ints });
    }

    private static AttributeProto Text(string name, string value) => new() { Name = name, S = Google.Protobuf.ByteString.CopyFromUtf8(value), Type = AttributeProto.Types.AttributeType.String };

    private static AttributeProto Graph(string name, GraphProto graph) => new() { Name = name, G = graph, Type = AttributeProto.Types.AttributeType.Graph };

    private static InferRequest Number(long value) => InferRequest.Of("n", Tensor.Of<long>(Datatype.Int64, new Shape([]), [value]));

    private static InferRequest CutTo(long[] shape, long length)
    {
        var values = Enumerable.Range(0, (int)shape.Aggregate(1L, (product, dim) => product * dim)).Select(value => (value % 7) + 0.5f).ToArray();
        return Repositories.Floats("x", new Shape(shape), values) with { Inputs = [.. Repositories.Floats("x", new Shape(shape), values).Inputs, .. Number(length).Inputs] };
    }

    private static void Run(ModelSession session, long[] shape, long length) => Run(session, CutTo(shape, length));

    private static void Run(ModelSession session, InferRequest request)
    {
        using var options = new RunOptions();
        foreach (var output in session.Run(request, options, out _)) output.Tensor.Dispose();
    }

    private static string Rejection(ModelSession session, long[] shape, long length) => Rejection(session, CutTo(shape, length));

    private static string Rejection(ModelSession session, InferRequest request)
        => RunFailure.FindRejection(Assert.Throws<OnnxRuntimeException>(() => Run(session, request)))!;

    private static ModelProto ModelOf(GraphProto graph, long opset = 17)
        => new() { IrVersion = 8, Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = opset }, new OperatorSetIdProto { Domain = "com.microsoft", Version = 1 }, new OperatorSetIdProto { Domain = "ai.onnx.ml", Version = 3 } } };

    private ModelGraph Read(GraphBuilder graph) => Read(ModelOf(graph.Graph));

    private ModelGraph Read(GraphProto graph) => Read(ModelOf(graph));

    private ModelGraph Read(ModelProto model)
    {
        using (var file = File.Create(_folder.Below("model.onnx")))
        using (var output = new Google.Protobuf.CodedOutputStream(file)) model.WriteTo(output);
        return ModelGraph.Read(_folder.Below("model.onnx"), allowUnsafeOperators: false, MaxElements);
    }
}
