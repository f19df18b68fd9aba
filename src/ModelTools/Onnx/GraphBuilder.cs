using System.Runtime.InteropServices;
using Google.Protobuf;

namespace InferenceServices.ModelTools.Onnx;

/// <summary>Puts a graph together node by node. Every method returns the name of the value it made, to be given to the next.</summary>
internal sealed class GraphBuilder(string name)
{
    public GraphProto Graph { get; } = new() { Name = name };

    /// <param name="value">The input's name.</param>
    /// <param name="dataType">Its element type.</param>
    /// <param name="shape">Dimensions: a number, or a name for a free one.</param>
    public string Input(string value, int dataType, params object[] shape)
    {
        Graph.Input.Add(Describe(value, dataType, shape));
        return value;
    }

    public void Output(string value, int dataType, params object[] shape) => Graph.Output.Add(Describe(value, dataType, shape));

    public string Constant(string value, ReadOnlySpan<float> data, params ReadOnlySpan<long> shape)
        => Constant(value, OnnxDatatype.Fp32, MemoryMarshal.AsBytes(data), shape);

    public string Constant(string value, ReadOnlySpan<int> data, params ReadOnlySpan<long> shape)
        => Constant(value, OnnxDatatype.Int32, MemoryMarshal.AsBytes(data), shape);

    public string Constant(string value, ReadOnlySpan<long> data, params ReadOnlySpan<long> shape)
        => Constant(value, OnnxDatatype.Int64, MemoryMarshal.AsBytes(data), shape);

    public string Constant(TensorProto tensor)
    {
        Graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    /// <summary>Adds a node with one output, which is named like the node.</summary>
    public string Node(string operatorType, string value, params ReadOnlySpan<string> inputs)
        => Node(operatorType, value, inputs, []);

    public string Node(string operatorType, string value, ReadOnlySpan<string> inputs, ReadOnlySpan<(string Name, long Value)> attributes)
    {
        var node = new NodeProto { OpType = operatorType, Name = value };
        foreach (var input in inputs)
            node.Input.Add(input);
        node.Output.Add(value);
        foreach (var (attribute, number) in attributes)
            node.Attribute.Add(new AttributeProto { Name = attribute, I = number, Type = AttributeProto.Types.AttributeType.Int });
        Graph.Node.Add(node);
        return value;
    }

    private string Constant(string value, int dataType, ReadOnlySpan<byte> data, ReadOnlySpan<long> shape)
    {
        var tensor = new TensorProto { Name = value, DataType = dataType, RawData = ByteString.CopyFrom(data) };
        foreach (var length in shape)
            tensor.Dims.Add(length);
        return Constant(tensor);
    }

    private static ValueInfoProto Describe(string value, int dataType, object[] shape)
    {
        var dimensions = new TensorShapeProto();
        foreach (var length in shape)
        {
            dimensions.Dim.Add(length is string free
                ? new TensorShapeProto.Types.Dimension { DimParam = free }
                : new TensorShapeProto.Types.Dimension { DimValue = System.Convert.ToInt64(length, null) });
        }
        return new() { Name = value, Type = new() { TensorType = new() { ElemType = dataType, Shape = dimensions } } };
    }
}
