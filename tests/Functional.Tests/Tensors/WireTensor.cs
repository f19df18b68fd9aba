using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using InferenceServices.Onnx;

namespace InferenceServices.Functional.Tests.Tensors;

/// <summary>A tensor in the protocol's binary format, with conversions that do not use the server's codecs.</summary>
/// <param name="Name">Name of the input or output.</param>
/// <param name="Datatype">The protocol's name, such as <c>FP32</c>.</param>
/// <param name="Shape">Dimensions.</param>
/// <param name="Bytes">Little-endian elements; BYTES elements each behind a length of 32 bits.</param>
internal sealed record WireTensor(string Name, string Datatype, long[] Shape, byte[] Bytes)
{
    public static WireTensor Of(string name, long[] shape, params ReadOnlySpan<float> values)
        => new(name, "FP32", shape, MemoryMarshal.AsBytes(values).ToArray());

    public static WireTensor Of(string name, long[] shape, params ReadOnlySpan<long> values)
        => new(name, "INT64", shape, MemoryMarshal.AsBytes(values).ToArray());

    public int Count => (int)Shape.Aggregate(1L, (product, dim) => product * dim);

    /// <summary>Reads a tensor file of ONNX.</summary>
    /// <returns>Null if the protocol has no datatype for the elements.</returns>
    public static WireTensor? Of(TensorProto tensor, string name)
    {
        var datatype = OnnxDatatype.NameOf(tensor.DataType);
        if (datatype.StartsWith('(')) return null;
        var bytes = tensor.RawData.Length > 0 ? tensor.RawData.ToByteArray() : BytesOf(tensor, datatype);
        return new WireTensor(name, datatype, [.. tensor.Dims], bytes);
    }

    /// <summary>Returns the elements of FP32.</summary>
    public float[] Floats() => MemoryMarshal.Cast<byte, float>(Bytes).ToArray();

    /// <summary>Returns the elements of BYTES.</summary>
    public IEnumerable<byte[]> Elements()
    {
        for (var at = 0; at < Bytes.Length;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(Bytes.AsSpan(at));
            yield return Bytes[(at + 4)..(at + 4 + length)];
            at += 4 + length;
        }
    }

    /// <summary>Returns the elements as JSON values; non-finite numbers as literals.</summary>
    public string[] JsonElements()
    {
        if (Datatype == "BYTES") return [.. Elements().Select(element => JsonSerializer.Serialize(Encoding.UTF8.GetString(element)))];
        var size = SizeOf(Datatype);
        return [.. Enumerable.Range(0, Bytes.Length / size).Select(i => JsonElementOf(Bytes.AsSpan(i * size, size)))];
    }

    /// <summary>Returns the elements as nested JSON lists of the shape.</summary>
    public string NestedJson()
    {
        var elements = JsonElements();
        var next = 0;
        return Nest(0);

        string Nest(int axis) => axis == Shape.Length
            ? elements[next++]
            : $"[{string.Join(',', Enumerable.Range(0, (int)Shape[axis]).Select(_ => Nest(axis + 1)))}]";
    }

    /// <summary>Reads JSON values, flat or nested, of a known datatype.</summary>
    public static byte[] BytesOf(JsonElement data, string datatype)
    {
        using var bytes = new MemoryStream();
        Append(data);
        return bytes.ToArray();

        void Append(JsonElement value)
        {
            if (value.ValueKind == JsonValueKind.Array)
                foreach (var item in value.EnumerateArray()) Append(item);
            else bytes.Write(BytesOfElement(value, datatype));
        }
    }

    /// <summary>Compares with the expected tensor as ONNX's test runner does: relative tolerance 1e-3, absolute 1e-7.</summary>
    public bool IsClose(WireTensor expected)
    {
        if (Datatype != expected.Datatype || !Shape.SequenceEqual(expected.Shape) || (Datatype == "BYTES" && !Bytes.SequenceEqual(expected.Bytes))) return false;
        if (Datatype is not ("FP16" or "FP32" or "FP64" or "BF16")) return Bytes.SequenceEqual(expected.Bytes);
        var size = SizeOf(Datatype);
        for (var at = 0; at < Bytes.Length; at += size)
        {
            var (a, b) = (NumberOf(Bytes.AsSpan(at, size)), expected.NumberOf(expected.Bytes.AsSpan(at, size)));
            if (!a.Equals(b) && !(Math.Abs(a - b) <= 1e-7 + 1e-3 * Math.Abs(b))) return false;
        }
        return true;
    }

    /// <summary>Compares bit by bit; NaN equals NaN, whose bits JSON does not carry.</summary>
    public bool IsSame(WireTensor other)
        => Name == other.Name && Datatype == other.Datatype && Shape.SequenceEqual(other.Shape)
            && (Bytes.SequenceEqual(other.Bytes) || (Datatype is "FP16" or "FP32" or "FP64" or "BF16" && WithoutNaN().SequenceEqual(other.WithoutNaN())));

    private byte[] WithoutNaN()
    {
        var size = SizeOf(Datatype);
        return [.. Enumerable.Range(0, Bytes.Length / size).SelectMany(i => Bytes[(i * size)..((i + 1) * size)] is var element && double.IsNaN(NumberOf(element)) ? new byte[size + 1] : element)];
    }

    public static int SizeOf(string datatype) => datatype switch
    {
        "BOOL" or "UINT8" or "INT8" => 1,
        "UINT16" or "INT16" or "FP16" or "BF16" => 2,
        "UINT32" or "INT32" or "FP32" => 4,
        _ => 8,
    };

    private string JsonElementOf(ReadOnlySpan<byte> element) => Datatype switch
    {
        "BOOL" => element[0] == 0 ? "false" : "true",
        "UINT8" => element[0].ToString(CultureInfo.InvariantCulture),
        "INT8" => ((sbyte)element[0]).ToString(CultureInfo.InvariantCulture),
        "UINT16" => BinaryPrimitives.ReadUInt16LittleEndian(element).ToString(CultureInfo.InvariantCulture),
        "INT16" => BinaryPrimitives.ReadInt16LittleEndian(element).ToString(CultureInfo.InvariantCulture),
        "UINT32" => BinaryPrimitives.ReadUInt32LittleEndian(element).ToString(CultureInfo.InvariantCulture),
        "INT32" => BinaryPrimitives.ReadInt32LittleEndian(element).ToString(CultureInfo.InvariantCulture),
        "UINT64" => BinaryPrimitives.ReadUInt64LittleEndian(element).ToString(CultureInfo.InvariantCulture),
        "INT64" => BinaryPrimitives.ReadInt64LittleEndian(element).ToString(CultureInfo.InvariantCulture),
        "FP64" => NumberOf(element).ToString("R", CultureInfo.InvariantCulture),
        _ => ((float)NumberOf(element)).ToString("R", CultureInfo.InvariantCulture),
    };

    private double NumberOf(ReadOnlySpan<byte> element) => Datatype switch
    {
        "FP64" => BinaryPrimitives.ReadDoubleLittleEndian(element),
        "FP32" => BinaryPrimitives.ReadSingleLittleEndian(element),
        "FP16" => (double)BinaryPrimitives.ReadHalfLittleEndian(element),
        _ => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(element) << 16),
    };

    private static byte[] BytesOfElement(JsonElement value, string datatype)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        return datatype switch
        {
            "BYTES" => WithLength(Encoding.UTF8.GetBytes(text)),
            "BOOL" => [(byte)(value.ValueKind == JsonValueKind.True ? 1 : 0)],
            "UINT8" or "UINT16" or "UINT32" or "UINT64" => BitConverter.GetBytes(ulong.Parse(text, CultureInfo.InvariantCulture))[..SizeOf(datatype)],
            "INT8" or "INT16" or "INT32" or "INT64" => BitConverter.GetBytes(long.Parse(text, CultureInfo.InvariantCulture))[..SizeOf(datatype)],
            "FP64" => BitConverter.GetBytes(double.Parse(text, CultureInfo.InvariantCulture)),
            "FP32" => BitConverter.GetBytes(float.Parse(text, CultureInfo.InvariantCulture)),
            "FP16" => BitConverter.GetBytes((Half)double.Parse(text, CultureInfo.InvariantCulture)),
            // The written number is exactly a BF16.
            _ => BitConverter.GetBytes(BitConverter.SingleToUInt32Bits(float.Parse(text, CultureInfo.InvariantCulture)))[2..],
        };
    }

    private static byte[] BytesOf(TensorProto tensor, string datatype) => datatype switch
    {
        "BYTES" => [.. tensor.StringData.SelectMany(text => WithLength(text.ToByteArray()))],
        "FP32" => [.. tensor.FloatData.SelectMany(BitConverter.GetBytes)],
        "FP64" => [.. tensor.DoubleData.SelectMany(BitConverter.GetBytes)],
        "INT64" => [.. tensor.Int64Data.SelectMany(BitConverter.GetBytes)],
        "UINT64" or "UINT32" => [.. tensor.Uint64Data.SelectMany(value => BitConverter.GetBytes(value)[..SizeOf(datatype)])],
        _ => [.. tensor.Int32Data.SelectMany(value => BitConverter.GetBytes(value)[..SizeOf(datatype)])],
    };

    private static byte[] WithLength(byte[] element) => [.. BitConverter.GetBytes(element.Length), .. element];
}
