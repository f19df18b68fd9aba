using Google.Protobuf;

namespace InferenceServices.Onnx.Tests;

public sealed class OnnxFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_written_graph_is_read_back()
    {
        var graph = new GraphBuilder("sum");
        var sum = graph.Node("Add", "sum", graph.Input("x", OnnxDatatype.Fp32, "batch", 2), graph.Constant("one", [1f, 2f], 2));
        graph.Output(sum, OnnxDatatype.Fp32, "batch", 2);
        Write(new ModelProto { IrVersion = 8, Graph = graph.Graph }.ToByteArray());

        var read = OnnxFile.Read(_path).Graph;

        Assert.Equal(graph.Graph, read);
        Assert.Equal(8, read.Initializer.Single().RawData.Length);
        Assert.Equal(["batch", ""], read.Input.Single().Type.TensorType.Shape.Dim.Select(dim => dim.DimParam));
    }

    [Fact]
    public void A_truncated_model_is_rejected()
    {
        var bytes = new ModelProto { IrVersion = 8, Graph = new() { Name = "graph" } }.ToByteArray();
        Write(bytes[..^3]);

        Assert.Contains("truncated", Assert.Throws<InvalidDataException>(() => OnnxFile.Read(_path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_without_a_graph_or_an_IR_version_is_rejected()
    {
        foreach (var model in new[] { new ModelProto { IrVersion = 8 }, new ModelProto { Graph = new() }, new ModelProto() })
        {
            Write(model.ToByteArray());
            Assert.Throws<InvalidDataException>(() => OnnxFile.Read(_path));
        }
    }

    private void Write(byte[] bytes) => File.WriteAllBytes(_path, bytes);
}
