using System.Runtime.InteropServices;
using Google.Protobuf;

namespace InferenceServices.Onnx;

/// <summary>Builds a graph node by node. Each method returns the name of its value, which later nodes use as input.</summary>
/// <param name="name">The graph's name.</param>
public sealed class GraphBuilder(string name)
{
    /// <summary>Gets the graph built so far.</summary>
    public GraphProto Graph { get; } = new() { Name = name };

    /// <summary>Adds an input.</summary>
    /// <param name="value">Name of the input.</param>
    /// <param name="dataType">Element type, a number of <see cref="OnnxDatatype"/>.</param>
    /// <param name="shape">Dimensions: a number, or a name for a symbolic dimension.</param>
    public string Input(string value, int dataType, params object[] shape)
    {
        Graph.Input.Add(Describe(value, dataType, shape));
        return value;
    }

    /// <summary>Adds an output; the parameters are those of <see cref="Input"/>.</summary>
    public void Output(string value, int dataType, params object[] shape) => Graph.Output.Add(Describe(value, dataType, shape));

    /// <summary>Adds an FP32 initializer.</summary>
    public string Constant(string value, ReadOnlySpan<float> data, params ReadOnlySpan<long> shape)
        => Constant(value, OnnxDatatype.Fp32, MemoryMarshal.AsBytes(data), shape);

    /// <summary>Adds an FP64 initializer.</summary>
    public string Constant(string value, ReadOnlySpan<double> data, params ReadOnlySpan<long> shape)
        => Constant(value, OnnxDatatype.Fp64, MemoryMarshal.AsBytes(data), shape);

    /// <summary>Adds an initializer of texts, shape [n].</summary>
    public string Constant(string value, IReadOnlyCollection<string> data)
        => Constant(new TensorProto { Name = value, DataType = OnnxDatatype.String, Dims = { data.Count }, StringData = { data.Select(ByteString.CopyFromUtf8) } });

    /// <summary>Adds an INT32 initializer.</summary>
    public string Constant(string value, ReadOnlySpan<int> data, params ReadOnlySpan<long> shape)
        => Constant(value, OnnxDatatype.Int32, MemoryMarshal.AsBytes(data), shape);

    /// <summary>Adds an INT64 initializer.</summary>
    public string Constant(string value, ReadOnlySpan<long> data, params ReadOnlySpan<long> shape)
        => Constant(value, OnnxDatatype.Int64, MemoryMarshal.AsBytes(data), shape);

    /// <summary>Adds an initializer.</summary>
    public string Constant(TensorProto tensor)
    {
        Graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    /// <summary>Adds a node with one output of the same name.</summary>
    public string Node(string operatorType, string value, params ReadOnlySpan<string> inputs)
        => Node(operatorType, value, inputs, []);

    /// <summary>Adds a node with integer attributes and one output of the same name.</summary>
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
            dimensions.Dim.Add(length is string symbol
                ? new TensorShapeProto.Types.Dimension { DimParam = symbol }
                : new TensorShapeProto.Types.Dimension { DimValue = Convert.ToInt64(length, null) });
        }
        return new() { Name = value, Type = new() { TensorType = new() { ElemType = dataType, Shape = dimensions } } };
    }
}
