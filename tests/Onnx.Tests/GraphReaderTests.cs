namespace InferenceServices.Onnx.Tests;

public sealed class GraphReaderTests
{
    [Fact]
    public void Initializers_are_not_required_inputs()
    {
        var graph = new GraphProto
        {
            Input = { new ValueInfoProto { Name = "weights" }, new ValueInfoProto { Name = "x" } },
            Initializer = { new TensorProto { Name = "weights" } },
        };

        Assert.Equal(["x"], GraphReader.RequiredInputs(graph).Select(input => input.Name));
    }

    [Fact]
    public void Nodes_of_subgraphs_are_found_at_any_depth()
    {
        var inner = new GraphProto { Node = { new NodeProto { OpType = "Add" } } };
        var outer = new GraphProto { Node = { new NodeProto { OpType = "Loop", Attribute = { new AttributeProto { Name = "body", G = inner } } } } };
        var graph = new GraphProto { Node = { new NodeProto { OpType = "If", Attribute = { new AttributeProto { Name = "branches", Graphs = { outer, inner } } } } } };

        Assert.Equal(["If", "Loop", "Add", "Add"], GraphReader.AllNodes(graph).Select(node => node.OpType));
    }
}
