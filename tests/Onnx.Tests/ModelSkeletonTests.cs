using Google.Protobuf;
using InferenceServices.Testing;

namespace InferenceServices.Onnx.Tests;

public sealed class ModelSkeletonTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_written_model_equals_the_file()
        => Assert.All(
            TestModels.Names,
            name =>
            {
                using var skeleton = ModelSkeleton.Read(PathOf(name));
                Assert.Equal(OnnxFile.Read(PathOf(name)), ModelProto.Parser.ParseFrom(skeleton.ToByteArray()));
            });

    [Fact]
    public void Large_initializers_are_skipped_and_written()
    {
        var large = new TensorProto { Name = "large", DataType = OnnxDatatype.Fp32, Dims = { 100, 100 }, RawData = ByteString.CopyFrom(Enumerable.Range(0, 40_000).Select(i => (byte)i).ToArray()) };
        var small = new TensorProto { Name = "small", DataType = OnnxDatatype.Int64, Dims = { 1 }, Int64Data = { -1 } };
        var model = new ModelProto { IrVersion = 8, ProducerName = "p", Graph = new GraphProto { Name = "g", Initializer = { large, small } } };
        using var skeleton = ModelSkeleton.Read(Write(model.ToByteArray()));

        Assert.Equal([small], skeleton.Model.Graph.Initializer);
        Assert.Equal([new TensorProto { Name = "large", DataType = OnnxDatatype.Fp32, Dims = { 100, 100 } }], skeleton.Weights);
        skeleton.Model.Graph.Name = "changed";
        var written = ModelProto.Parser.ParseFrom(skeleton.ToByteArray());
        Assert.Equal("changed", written.Graph.Name);
        Assert.Equal([small, large], written.Graph.Initializer);
    }

    [Fact]
    public void Operators_of_subgraphs_and_functions_are_found()
    {
        var branch = new GraphProto { Node = { new NodeProto { OpType = "Add" } } };
        var model = new ModelProto
        {
            Graph = new GraphProto
            {
                Node =
                {
                    new NodeProto { OpType = "Twice", Domain = "local" },
                    new NodeProto { OpType = "If", Domain = "ai.onnx", Attribute = { new AttributeProto { Name = "then_branch", G = branch } } },
                },
            },
            Functions = { new FunctionProto { Name = "Twice", Domain = "local", Node = { new NodeProto { OpType = "GRU" }, new NodeProto { OpType = "Scaler", Domain = "ai.onnx.ml" } } } },
        };

        Assert.Equal(["Add", "GRU", "If", "ai.onnx.ml.Scaler"], GraphReader.Operators(model));
    }

    [Fact]
    public void Damaged_files_are_errors_and_do_not_loop()
    {
        var bytes = File.ReadAllBytes(PathOf("gru"));
        var random = new Random(1);
        Assert.Throws<InvalidDataException>(() => ModelSkeleton.Read(Write(bytes[..^5])));
        Assert.Throws<InvalidDataException>(() => ModelSkeleton.Read(Write("This is not an ONNX model.\n"u8.ToArray())));
        Assert.Throws<InvalidDataException>(() => ModelSkeleton.Read(Write([])));
        for (var i = 0; i < 500; i++)
        {
            var damaged = bytes.ToArray();
            for (var change = 0; change < 3; change++) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            try
            {
                using var skeleton = ModelSkeleton.Read(Write(damaged));
                _ = GraphReader.Operators(skeleton.Model);
            }
            catch (InvalidDataException)
            {
            }
        }
    }

    private string Write(byte[] bytes)
    {
        var path = _folder.Below("model.onnx");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static string PathOf(string model) => Path.Combine(TestModels.PathOf(model), "model.onnx");
}
