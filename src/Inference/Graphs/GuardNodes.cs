using System.Runtime.InteropServices;
using Google.Protobuf;
using Google.Protobuf.Collections;
using InferenceServices.Onnx;

namespace InferenceServices.Inference.Graphs;

/// <summary>Appends nodes that check a value to the nodes of a graph. Each method returns the name of its result. Operators and types exist since opset 9, unless stated otherwise.</summary>
/// <param name="nodes">The nodes, which are extended.</param>
/// <param name="names">Names that the model uses.</param>
internal sealed class GuardNodes(RepeatedField<NodeProto> nodes, HashSet<string> names)
{
    /// <summary>Adds a node with one output.</summary>
    public string Append(string type, params ReadOnlySpan<string> inputs) => AppendNamed(type, "", inputs);

    /// <summary>Adds a node with one output and an attribute.</summary>
    public string AppendWith(string type, string attribute, long value, params ReadOnlySpan<string> inputs)
    {
        var output = Append(type, inputs);
        nodes[^1].Attribute.Add(new AttributeProto { Name = attribute, I = value, Type = AttributeProto.Types.AttributeType.Int });
        return output;
    }

    /// <summary>Adds a node with one output and a name, which the runtime quotes in its messages.</summary>
    public string AppendNamed(string type, string name, params ReadOnlySpan<string> inputs)
    {
        var output = NewName();
        var node = new NodeProto { OpType = type, Name = name.Length > 0 ? name : output, Output = { output } };
        foreach (var input in inputs) node.Input.Add(input);
        nodes.Add(node);
        return output;
    }

    /// <summary>Returns a copy of a value of one element that cannot be read if a condition holds: its index is then 1, which Gather rejects.</summary>
    public string Require(string name, string value, string isWrong)
        => AppendNamed("Gather", name, Append("Reshape", value, Vector(-1)), IndexOf(isWrong));

    /// <summary>Returns a product with 1 that cannot be read if a condition holds. The runtime's shape inference follows products of lengths.</summary>
    /// <param name="name">Name of the node that fails.</param>
    /// <param name="vector">The vector.</param>
    /// <param name="dataType">Type of the vector; 0 if that is not known, which needs opset 15.</param>
    /// <param name="isWrong">The condition.</param>
    public string RequireVector(string name, string vector, int dataType, string isWrong)
    {
        var one = AppendNamed("Gather", name, Vector(1), IndexOf(isWrong));
        return Append("Mul", vector, dataType switch { OnnxDatatype.Int64 => one, 0 => Append("CastLike", one, vector), _ => Cast(one, dataType) });
    }

    /// <summary>Returns a tensor with an axis that cannot be read if a condition holds. The elements are not copied.</summary>
    public string RequireTensor(string name, string tensor, string isWrong)
        => Append("Reshape", tensor, RequireVector(name, Append("Shape", tensor), OnnxDatatype.Int64, isWrong));

    public string Cast(string value, int dataType) => AppendWith("Cast", "to", dataType, value);

    /// <summary>Converts to FP64, in which a product of lengths does not overflow.</summary>
    public string Double(string value) => Cast(value, OnnxDatatype.Fp64);

    public string Number(double value)
        => Constant(new TensorProto { DataType = OnnxDatatype.Fp64, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(new ReadOnlySpan<double>(in value))) });

    public string Vector(params long[] values)
        => Constant(new TensorProto { DataType = OnnxDatatype.Int64, Dims = { values.Length }, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())) });

    /// <summary>Returns an unused name.</summary>
    public string NewName()
    {
        var index = names.Count;
        while (!names.Add($"guard_{index}")) index++;
        return $"guard_{index}";
    }

    private string Constant(TensorProto tensor)
    {
        var name = Append("Constant");
        nodes[^1].Attribute.Add(new AttributeProto { Name = "value", T = tensor, Type = AttributeProto.Types.AttributeType.Tensor });
        return name;
    }

    private string IndexOf(string isWrong) => Append("Reshape", Cast(isWrong, OnnxDatatype.Int64), Vector());
}
