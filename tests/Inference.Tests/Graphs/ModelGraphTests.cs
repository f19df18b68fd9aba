using InferenceServices.Inference.Execution;
using InferenceServices.Inference.Graphs;
using InferenceServices.Onnx;
using InferenceServices.Testing;
using Microsoft.ML.OnnxRuntime;
using static InferenceServices.Onnx.TypeProto.Types;

namespace InferenceServices.Inference.Tests.Graphs;

public sealed class ModelGraphTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("iris-mlp")]
    [InlineData("gru")]
    [InlineData("tree-ensemble")]
    [InlineData("datatypes")]
    public void A_graph_without_such_nodes_is_opened_as_it_is(string model)
        => Assert.Null(ModelGraph.Read(Path.Combine(TestModels.PathOf(model), "model.onnx"), allowUnsafeOperators: false, maxElements: 1000).Content);

    [Theory]
    [InlineData(OnnxDatatype.Fp32, null, false)]
    [InlineData(OnnxDatatype.Int64, null, true)]
    [InlineData(OnnxDatatype.Int64, 2L, false)]
    [InlineData(OnnxDatatype.Int64, -1L, true)]
    [InlineData(OnnxDatatype.Int32, null, true)]
    public void Only_divisions_that_may_overflow_are_guarded(int dataType, long? divisor, bool isGuarded)
    {
        var graph = new GraphBuilder("g");
        graph.Input("a", dataType, "n");
        if (divisor is { } value) graph.Constant("b", [value], 1);
        else graph.Input("b", dataType, "n");
        graph.Node("Div", "y", "a", "b");
        graph.Output("y", dataType, "n");

        Assert.Equal(isGuarded, Read(graph.Graph).Content is not null);
    }

    [Fact]
    public void A_division_after_operators_of_floating_point_numbers_is_not_guarded()
    {
        var graph = new GraphBuilder("g");
        graph.Input("x", OnnxDatatype.Fp32, "n", 4);
        graph.Node("Softmax", "s", "x");
        graph.Node("Sqrt", "r", "s");
        graph.Node("Div", "y", "s", "r");
        graph.Output("y", OnnxDatatype.Fp32, "n", 4);

        Assert.Null(Read(graph.Graph).Content);
    }

    [Fact]
    public void External_weights_are_found_when_the_graph_changed()
    {
        var source = TestModels.PathOf("external");
        var model = OnnxFile.Read(Path.Combine(source, "model.onnx"));
        File.Copy(Path.Combine(source, "weights.bin"), _folder.Below("weights.bin"));
        model.Graph.Output[0].Name = "z";
        model.Graph.Node.Add(new NodeProto { OpType = "Cast", Input = { "y" }, Output = { "i" }, Attribute = { new AttributeProto { Name = "to", I = OnnxDatatype.Int64, Type = AttributeProto.Types.AttributeType.Int } } });
        model.Graph.Node.Add(new NodeProto { OpType = "Div", Input = { "i", "i" }, Output = { "j" } });
        model.Graph.Node.Add(new NodeProto { OpType = "Cast", Input = { "j" }, Output = { "z" }, Attribute = { new AttributeProto { Name = "to", I = OnnxDatatype.Fp32, Type = AttributeProto.Types.AttributeType.Int } } });
        var graph = Read(model);
        Assert.NotNull(graph.Content);
        using var session = new ModelSession(graph, 1);
        using var request = Repositories.Floats("x", new(1, 2), 1, 1);
        using var options = new RunOptions();

        var output = Assert.Single(session.Run(request, options, out _));

        Assert.Equal([1f, 1f, 1f], output.Tensor.Values<float>().ToArray());
        output.Tensor.Dispose();
    }

    [Fact]
    public void Maps_that_a_node_reads_are_rejected()
    {
        var model = OnnxFile.Read(Path.Combine(TestModels.PathOf("zipmap"), "model.onnx"));
        model.Graph.Node.Add(new NodeProto { OpType = "Identity", Name = "copy", Input = { "output_probability" }, Output = { "copy" } });

        Assert.Equal(
            "the maps of ZipMap output 'output_probability' are the input of a Identity node; ZipMap is supported as the last node before an output",
            Assert.Throws<NotSupportedException>(() => Read(model)).Message);
    }

    [Fact]
    public void A_sequence_is_rejected_with_name_and_type()
    {
        var graph = new GraphBuilder("g");
        graph.Input("x", OnnxDatatype.Fp32, "n");
        graph.Node("SequenceConstruct", "parts", "x", "x");
        graph.Graph.Output.Add(new ValueInfoProto { Name = "parts", Type = new TypeProto { SequenceType = new Sequence { ElemType = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = OnnxDatatype.Fp32 } } } } });

        AssertRejected("output 'parts' is of type seq(tensor(Float))", graph.Graph);
    }

    [Fact]
    public void A_sequence_as_input_is_rejected_with_name_and_type()
    {
        var graph = new GraphBuilder("g");
        graph.Graph.Input.Add(new ValueInfoProto { Name = "parts", Type = new TypeProto { SequenceType = new Sequence { ElemType = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = OnnxDatatype.Fp32 } } } } });
        graph.Node("SequenceLength", "y", "parts");
        graph.Output("y", OnnxDatatype.Int64);

        AssertRejected("input 'parts' is of type seq(tensor(Float))", graph.Graph);
    }

    [Theory]
    [InlineData(17, "float8e4m3fn")]
    [InlineData(18, "float8e4m3fnuz")]
    [InlineData(19, "float8e5m2")]
    [InlineData(20, "float8e5m2fnuz")]
    [InlineData(21, "uint4")]
    [InlineData(22, "int4")]
    public void Types_without_a_datatype_are_rejected_with_name_and_type(int dataType, string name)
    {
        var graph = new GraphBuilder("g");
        graph.Input("x", dataType, "n");
        graph.Node("Cast", "y", ["x"], [("to", OnnxDatatype.Fp32)]);
        graph.Output("y", OnnxDatatype.Fp32, "n");

        AssertRejected($"input 'x' is of type tensor({name})", graph.Graph, opset: 21);
    }

    [Fact]
    public void An_old_opset_needs_the_switch()
    {
        var graph = new GraphBuilder("g");
        graph.Input("a", OnnxDatatype.Int64, "n");
        graph.Node("Div", "y", "a", "a");
        graph.Output("y", OnnxDatatype.Int64, "n");

        var error = Assert.Throws<UnsafeOperatorException>(() => Read(graph.Graph, opset: 8)).Message;

        Assert.Contains("Div of opset 8", error, StringComparison.Ordinal);
        Assert.Contains("--allow_unsafe_operators", error, StringComparison.Ordinal);
        Assert.Null(Read(graph.Graph, opset: 8, allowUnsafeOperators: true).Content);
    }

    [Fact]
    public void An_ort_file_with_an_operator_that_traps_needs_the_switch()
    {
        using (var options = new SessionOptions { OptimizedModelFilePath = _folder.Below("division.ort") })
        {
            options.AddSessionConfigEntry("session.save_model_format", "ORT");
            var graph = new GraphBuilder("g");
            graph.Input("a", OnnxDatatype.Int64, "n");
            graph.Node("Mod", "y", "a", "a");
            graph.Output("y", OnnxDatatype.Int64, "n");
            new ModelSession(Read(graph.Graph), 1).Dispose();
            new InferenceSession(_folder.Below("model.onnx"), options).Dispose();
        }

        Assert.Contains("Mod in ORT format", Assert.Throws<UnsafeOperatorException>(() => ModelGraph.Read(_folder.Below("division.ort"), false, 1000)).Message, StringComparison.Ordinal);
        Assert.Null(ModelGraph.Read(_folder.Below("division.ort"), true, 1000).Operators);
    }

    private void AssertRejected(string start, GraphProto graph, long opset = 17)
        => Assert.StartsWith(start, Assert.Throws<NotSupportedException>(() => new ModelSession(Read(graph, opset), 1)).Message, StringComparison.Ordinal);

    private ModelGraph Read(GraphProto graph, long opset = 17, bool allowUnsafeOperators = false)
        => Read(new ModelProto { IrVersion = opset > 17 ? 10 : 8, Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = opset } } }, allowUnsafeOperators);

    private ModelGraph Read(ModelProto model, bool allowUnsafeOperators = false)
    {
        using (var file = File.Create(_folder.Below("model.onnx")))
        using (var output = new Google.Protobuf.CodedOutputStream(file)) model.WriteTo(output);
        return ModelGraph.Read(_folder.Below("model.onnx"), allowUnsafeOperators, maxElements: 1000);
    }
}
