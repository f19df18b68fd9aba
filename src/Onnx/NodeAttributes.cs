using System.Buffers.Binary;
using System.Globalization;

namespace InferenceServices.Onnx;

/// <summary>Reads the attributes of a node by name. An absent list is empty.</summary>
/// <param name="node">The node; of attributes with the same name, the first counts.</param>
public sealed class NodeAttributes(NodeProto node)
{
    private readonly Dictionary<string, AttributeProto> _attributes = node.Attribute.DistinctBy(attribute => attribute.Name).ToDictionary(attribute => attribute.Name);

    /// <summary>Returns an integer, or <paramref name="defaultValue"/> if the attribute is absent.</summary>
    public long Integer(string name, long defaultValue) => _attributes.TryGetValue(name, out var attribute) ? attribute.I : defaultValue;

    /// <summary>Returns a string, or <paramref name="defaultValue"/> if the attribute is absent.</summary>
    public string Text(string name, string defaultValue) => _attributes.TryGetValue(name, out var attribute) ? attribute.S.ToStringUtf8() : defaultValue;

    /// <summary>Returns a list of integers.</summary>
    public long[] Integers(string name) => _attributes.TryGetValue(name, out var attribute) ? [.. attribute.Ints] : [];

    /// <summary>Returns a list of strings.</summary>
    public string[] Texts(string name) => _attributes.TryGetValue(name, out var attribute) ? [.. attribute.Strings.Select(text => text.ToStringUtf8())] : [];

    /// <summary>Returns the names of the classes of a classifier or of <c>ZipMap</c>; integers as text.</summary>
    /// <remarks>ai.onnx.ml: LinearClassifier and SVMClassifier have <c>classlabels_ints</c>, the other operators <c>classlabels_int64s</c>.</remarks>
    public string[] ClassLabels()
        => Texts("classlabels_strings") is { Length: > 0 } names
            ? names
            : [.. Integers("classlabels_int64s").Concat(Integers("classlabels_ints")).Select(number => number.ToString(CultureInfo.InvariantCulture))];

    /// <summary>Returns numbers of a list of FP32, of a tensor attribute, or of the tensor attribute with <c>_as_tensor</c> appended to its name.</summary>
    /// <remarks>TreeEnsemble 5 has tensors; TreeEnsembleRegressor 3 has lists or <c>_as_tensor</c>.</remarks>
    /// <exception cref="NotSupportedException">The tensor has another element type or external data.</exception>
    public double[] Numbers(string name)
    {
        if (_attributes.TryGetValue(name, out var attribute))
            return attribute.T is { } tensor ? Numbers(name, tensor) : [.. attribute.Floats.Select(value => (double)value)];
        return _attributes.TryGetValue(name + "_as_tensor", out attribute) && attribute.T is { } named ? Numbers(name, named) : [];
    }

    private static double[] Numbers(string name, TensorProto tensor)
    {
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
            throw new NotSupportedException($"The attribute {name} is stored outside of the model's file.");
        var bytes = tensor.RawData.Span;
        return tensor.DataType switch
        {
            OnnxDatatype.Fp32 => bytes.IsEmpty ? [.. tensor.FloatData.Select(value => (double)value)] : Read(bytes, sizeof(float), static at => BinaryPrimitives.ReadSingleLittleEndian(at)),
            OnnxDatatype.Fp64 => bytes.IsEmpty ? [.. tensor.DoubleData] : Read(bytes, sizeof(double), BinaryPrimitives.ReadDoubleLittleEndian),
            OnnxDatatype.Fp16 => bytes.IsEmpty ? [.. tensor.Int32Data.Select(bits => (double)BitConverter.UInt16BitsToHalf((ushort)bits))] : Read(bytes, sizeof(ushort), static at => (double)BinaryPrimitives.ReadHalfLittleEndian(at)),
            OnnxDatatype.Uint8 => bytes.IsEmpty ? [.. tensor.Int32Data.Select(value => (double)value)] : Read(bytes, sizeof(byte), static at => at[0]),
            var other => throw new NotSupportedException($"The attribute {name} has element type {other}; FP32, FP64, FP16 and UINT8 are supported."),
        };
    }

    private static double[] Read(ReadOnlySpan<byte> bytes, int size, Func<ReadOnlySpan<byte>, double> read)
    {
        var values = new double[bytes.Length / size];
        for (var index = 0; index < values.Length; index++) values[index] = read(bytes[(index * size)..]);
        return values;
    }
}
