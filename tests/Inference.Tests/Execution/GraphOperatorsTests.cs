using Google.Protobuf;
using InferenceServices.Inference.Execution;
using InferenceServices.Onnx;
using InferenceServices.Testing;

namespace InferenceServices.Inference.Tests.Execution;

public sealed class GraphOperatorsTests
{
    [Fact]
    public void Operators_of_subgraphs_are_read()
    {
        var operators = GraphOperators.Read(PathOf("slow"));

        Assert.Contains("Loop", operators!);
        Assert.Contains("MatMul", operators!);
    }

    [Fact]
    public void Every_model_has_the_operators_that_the_protobuf_parser_finds()
        => Assert.All(
            TestModels.Names,
            name => Assert.Equal(
                GraphReader.AllNodes(OnnxFile.Read(PathOf(name)).Graph).Select(NameOf).Distinct().Order(StringComparer.Ordinal),
                GraphOperators.Read(PathOf(name))));

    [Fact]
    public void A_function_counts_by_its_nodes()
    {
        using var folder = new TemporaryFolder();
        var model = new ModelProto { IrVersion = 8, Graph = new GraphProto { Name = "g", Node = { new NodeProto { OpType = "Twice", Domain = "local" }, new NodeProto { OpType = "Relu", Domain = "ai.onnx" } } } };
        var function = Message(
            (1, "Twice"u8.ToArray()),
            (7, new NodeProto { OpType = "GRU" }.ToByteArray()),
            (7, new NodeProto { OpType = "Scaler", Domain = "ai.onnx.ml" }.ToByteArray()),
            (10, "local"u8.ToArray()));

        Assert.Equal(["GRU", "Relu", "ai.onnx.ml.Scaler"], Read(folder, [.. model.ToByteArray(), .. Message((25, function))]));
    }

    [Fact]
    public void A_file_that_is_truncated_or_in_ORT_format_has_unknown_operators()
    {
        using var folder = new TemporaryFolder();
        var bytes = File.ReadAllBytes(PathOf("gru"));

        Assert.Null(Read(folder, bytes[..^5]));
        Assert.Null(Read(folder, "This is not an ONNX model.\n"u8.ToArray()));
        File.WriteAllBytes(Path.Combine(folder.Path, "model.ort"), bytes);
        Assert.Null(GraphOperators.Read(Path.Combine(folder.Path, "model.ort")));
        Assert.Null(GraphOperators.Read(Path.Combine(folder.Path, "absent.onnx")));
    }

    [Fact]
    public void Damaged_files_do_not_fail_or_loop()
    {
        using var folder = new TemporaryFolder();
        var bytes = File.ReadAllBytes(PathOf("gru"));
        var random = new Random(1);
        for (var i = 0; i < 500; i++)
        {
            var damaged = bytes.ToArray();
            for (var change = 0; change < 3; change++) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            _ = Read(folder, damaged);
        }
    }

    private static IReadOnlyList<string>? Read(TemporaryFolder folder, byte[] bytes)
    {
        var path = Path.Combine(folder.Path, "model.onnx");
        File.WriteAllBytes(path, bytes);
        return GraphOperators.Read(path);
    }

    // FunctionProto is not in onnx.proto.
    private static byte[] Message(params (int Number, byte[] Content)[] fields)
    {
        using var bytes = new MemoryStream();
        using var output = new CodedOutputStream(bytes);
        foreach (var (number, content) in fields)
        {
            output.WriteTag(number, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(content));
        }
        output.Flush();
        return bytes.ToArray();
    }

    private static string PathOf(string model) => Path.Combine(TestModels.PathOf(model), "model.onnx");

    private static string NameOf(NodeProto node) => node.Domain.Length == 0 ? node.OpType : $"{node.Domain}.{node.OpType}";
}
