using System.Buffers.Binary;
using InferenceServices.ModelTools.Onnx;

namespace InferenceServices.Explainer.Attribution.TreeShap.Onnx;

/// <summary>The attributes of a node, by name. Those that are not there are empty.</summary>
internal sealed class NodeAttributes(NodeProto node)
{
    // TensorProto.DataType.
    private const int Fp32 = 1;
    private const int Uint8 = 2;
    private const int Fp16 = 10;
    private const int Fp64 = 11;

    private readonly Dictionary<string, AttributeProto> _attributes = node.Attribute.DistinctBy(attribute => attribute.Name).ToDictionary(attribute => attribute.Name);

    public long Integer(string name, long absent) => _attributes.TryGetValue(name, out var attribute) ? attribute.I : absent;

    public string Text(string name, string absent) => _attributes.TryGetValue(name, out var attribute) ? attribute.S.ToStringUtf8() : absent;

    public long[] Integers(string name) => _attributes.TryGetValue(name, out var attribute) ? [.. attribute.Ints] : [];

    public string[] Texts(string name) => _attributes.TryGetValue(name, out var attribute) ? [.. attribute.Strings.Select(text => text.ToStringUtf8())] : [];

    /// <summary>A list of FP32, a tensor of the same name (TreeEnsemble 5) or one of the name with <c>_as_tensor</c> (TreeEnsembleRegressor 3).</summary>
    /// <exception cref="NotSupportedException">A tensor of another element type, or outside of the file.</exception>
    public double[] Numbers(string name)
    {
        if (_attributes.TryGetValue(name, out var attribute))
            return attribute.T is { } tensor ? Numbers(name, tensor) : [.. attribute.Floats.Select(value => (double)value)];
        return _attributes.TryGetValue(name + "_as_tensor", out attribute) && attribute.T is { } named ? Numbers(name, named) : [];
    }

    private static double[] Numbers(string name, TensorProto tensor)
    {
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
            throw new NotSupportedException($"The attribute {name} of the trees is kept outside of the model's file.");
        var bytes = tensor.RawData.Span;
        return tensor.DataType switch
        {
            Fp32 => bytes.IsEmpty ? [.. tensor.FloatData.Select(value => (double)value)] : Read(bytes, sizeof(float), static at => BinaryPrimitives.ReadSingleLittleEndian(at)),
            Fp64 => bytes.IsEmpty ? [.. tensor.DoubleData] : Read(bytes, sizeof(double), BinaryPrimitives.ReadDoubleLittleEndian),
            Fp16 => bytes.IsEmpty ? [.. tensor.Int32Data.Select(bits => (double)BitConverter.UInt16BitsToHalf((ushort)bits))] : Read(bytes, sizeof(ushort), static at => (double)BinaryPrimitives.ReadHalfLittleEndian(at)),
            Uint8 => bytes.IsEmpty ? [.. tensor.Int32Data.Select(value => (double)value)] : Read(bytes, sizeof(byte), static at => at[0]),
            var other => throw new NotSupportedException($"The attribute {name} of the trees has element type {other}; FP32, FP64, FP16 and UINT8 are read."),
        };
    }

    private static double[] Read(ReadOnlySpan<byte> bytes, int size, Func<ReadOnlySpan<byte>, double> read)
    {
        var values = new double[bytes.Length / size];
        for (var index = 0; index < values.Length; index++) values[index] = read(bytes[(index * size)..]);
        return values;
    }
}
