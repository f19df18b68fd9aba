using Google.Protobuf;
using InferenceServices.Onnx;
using InferenceServices.Testing;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.ModelTools.Tests;

public sealed class InspectCommandTests : IDisposable
{
    private readonly TemporaryFolder _directory = new();
    private readonly StringWriter _output = new(), _error = new();

    public void Dispose()
    {
        _directory.Dispose();
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public void A_fasttext_file_shows_its_arguments_and_matrices()
    {
        var model = _directory.Write("model.ftz", new ModelFileBuilder { Quantized = true, Retained = [(2, 0)] }.Build());

        Assert.Equal(0, Inspect(model));

        Contains("format       fastText 12, supervised", "loss         softmax", "labels       2", "buckets      1 retained of 3",
            "subwords     1 to 2 characters", "input        [3,3] product-quantized", "output       [2,3] FP32");
    }

    [Fact]
    public void A_directory_shows_its_graph()
    {
        var model = _directory.Write("model.bin", new ModelFileBuilder().Build());
        Assert.Equal(0, IsvcProgram.Run(["convert", "fasttext", model, "-o", _directory.Below("out")], TextWriter.Null, _error));

        Assert.Equal(0, Inspect(_directory.Below("out")));

        Contains("format       ONNX IR 8, opset ai.onnx 17", "producer     isvc", "input        ids INT64 [-1,-1]",
            "output       probabilities FP32 [-1,2]", "ReduceSum 2", "metadata     fasttext.loss = softmax");
    }

    [Fact]
    public void Every_kind_of_value_and_external_weights_are_shown()
    {
        var weight = new TensorProto { Name = "w", DataType = 10, Dims = { 2, 3 }, DataLocation = TensorProto.Types.DataLocation.External };
        weight.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "gone.data" });
        var text = new TypeProto { TensorType = new() { ElemType = 8 } };
        var model = new ModelProto { IrVersion = 3, ProducerName = "p", Graph = new() { Initializer = { weight } } };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "ai.onnx.ml", Version = 3 });
        model.Graph.Input.Add(new ValueInfoProto { Name = "w", Type = text });
        model.Graph.Input.Add(new ValueInfoProto { Name = "words", Type = text });
        model.Graph.Output.Add(new ValueInfoProto { Name = "scores", Type = new() { SequenceType = new() { ElemType = new() { MapType = new() { KeyType = 7, ValueType = text } } } } });
        var branch = new GraphProto { Node = { new NodeProto { OpType = "Add" } } };
        model.Graph.Node.Add(new NodeProto { OpType = "If", Attribute = { new AttributeProto { Name = "then_branch", G = branch } } });
        model.Graph.Node.Add(new NodeProto { OpType = "Normalizer", Domain = "ai.onnx.ml" });

        Assert.Equal(0, Inspect(_directory.Write("m.onnx", model.ToByteArray())));

        Contains("opset ai.onnx.ml 3", "input        words BYTES of any shape", "output       scores sequence of map of INT64 to BYTES of any shape",
            "operators    3: Add 1, If 1, ai.onnx.ml.Normalizer 1", "weights      1 tensors, 12 bytes", "external     gone.data, missing, 1 tensors");
        Assert.DoesNotContain("input        w ", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.ort")]
    [InlineData("only.ort")]
    public void A_file_in_ORT_format_shows_its_signature(string name)
    {
        using (var options = new SessionOptions { OptimizedModelFilePath = _directory.Below(name) })
        {
            options.AddSessionConfigEntry("session.save_model_format", "ORT");
            new InferenceSession(TestModels.PathOf("tree-ensemble/model.onnx"), options).Dispose();
        }

        Assert.Equal(0, Inspect(_directory.Path));

        Contains("format       ORT", "producer     InferenceServices", "input        x FP32 [-1,4]", "output       label INT64 [-1]", "output       probabilities FP32 [-1,3]");
    }

    [Theory]
    [InlineData("onnx/model.onnx")]
    [InlineData("encoder.onnx")]
    [InlineData("7/model.onnx")]
    [InlineData("iris/1/model.onnx")]
    public void The_model_of_a_directory_is_found_as_the_server_finds_it(string name)
    {
        _directory.Write(name, File.ReadAllBytes(TestModels.PathOf("iris-mlp/model.onnx")));

        Assert.Equal(0, Inspect(_directory.Path));

        Contains("input        x FP32 [-1,4]");
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1", "m.onnx", "is not an ONNX model: the file is a Git LFS pointer")]
    [InlineData("<html>", "m.onnx", "is not an ONNX model: the file is an HTML page")]
    [InlineData("PK\u0003\u0004", "m.onnx", "is not an ONNX model: the file is a damaged zip archive")]
    [InlineData("<html>", "m.ort", "is not a model in ORT format: the file is an HTML page")]
    [InlineData("hello, world", "m.ort", "cannot be opened: ")]
    public void A_file_of_another_format_is_named(string content, string name, string expected)
    {
        var path = _directory.Write(name, System.Text.Encoding.UTF8.GetBytes(content));

        Assert.Equal(1, Inspect(path));

        Assert.StartsWith($"isvc: {path} {expected}", _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hello, world")]
    [InlineData("")]
    public void Another_file_is_rejected_in_one_sentence(string content)
    {
        var path = _directory.Write("other", System.Text.Encoding.UTF8.GetBytes(content));

        Assert.Equal(1, Inspect(path));

        Assert.StartsWith($"isvc: {path} is ", _error.ToString(), StringComparison.Ordinal);
        Assert.Single(_error.ToString().TrimEnd().Split('\n'));
    }

    [Fact]
    public void A_directory_without_a_model_is_rejected()
    {
        Assert.Equal(1, Inspect(_directory.Path));

        Assert.Equal($"isvc: There is no model in {_directory.Path}; expected model.onnx, one *.onnx, VERSION/model.onnx, or MODEL/ folders of those.\n", _error.ToString());
    }

    [Fact]
    public void Of_several_versions_the_highest_is_shown_and_several_models_are_rejected()
    {
        var model = File.ReadAllBytes(TestModels.PathOf("iris-mlp/model.onnx"));
        _directory.Write("a/9/model.onnx", model);
        _directory.Write("a/10/model.onnx", model);

        Assert.Equal(0, Inspect(_directory.Below("a")));
        Contains($"file         {_directory.Below("a/10/model.onnx")}");

        _directory.Write("b/model.onnx", model);
        Assert.Equal(1, Inspect(_directory.Path));
        Assert.Equal($"isvc: {_directory.Path} has 2 models: a, b.\n", _error.ToString());
    }

    private int Inspect(string path) => IsvcProgram.Run(["inspect", path], _output, _error);

    private void Contains(params string[] lines) => Assert.All(lines, line => Assert.Contains(line, _output.ToString(), StringComparison.Ordinal));
}
