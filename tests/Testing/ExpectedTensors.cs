using System.Text;
using System.Text.Json;
using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Testing;

/// <summary>Converts tensors of <c>expected.json</c>.</summary>
internal static class ExpectedTensors
{
    public static Tensor ToTensor(JsonElement expected)
    {
        var datatype = DatatypeOf(expected);
        var values = ExpectedCase.Values(expected);
        using var builder = new TensorBuilder(datatype, values.Length);
        foreach (var value in values) Append(builder, datatype, value);
        return builder.Build(new Shape(ExpectedCase.Dims(expected)));
    }

    public static void AssertEqual(JsonElement expected, Tensor actual, double tolerance)
    {
        Assert.Equal(DatatypeOf(expected), actual.Datatype);
        Assert.Equal(new Shape(ExpectedCase.Dims(expected)), actual.Shape);
        using var expectedTensor = ToTensor(expected);
        if (tolerance == 0) Assert.Equal(expectedTensor.Bytes.ToArray(), actual.Bytes.ToArray());
        else if (actual.Datatype == Datatype.Fp32)
            Assert.All(expectedTensor.Values<float>().ToArray().Zip(actual.Values<float>().ToArray()), pair => Assert.Equal(pair.First, pair.Second, tolerance));
        else Assert.Equal(expectedTensor.Bytes.ToArray(), actual.Bytes.ToArray());
    }

    private static Datatype DatatypeOf(JsonElement tensor)
    {
        Assert.True(DatatypeExtensions.TryParse(tensor.GetProperty("datatype").GetString(), out var datatype));
        return datatype;
    }

    private static void Append(TensorBuilder builder, Datatype datatype, JsonElement value)
    {
        switch (datatype)
        {
            case Datatype.Bool: builder.Append(value.GetBoolean()); break;
            case Datatype.Uint8: builder.Append(value.GetByte()); break;
            case Datatype.Uint16: builder.Append(value.GetUInt16()); break;
            case Datatype.Uint32: builder.Append(value.GetUInt32()); break;
            case Datatype.Uint64: builder.Append(value.GetUInt64()); break;
            case Datatype.Int8: builder.Append(value.GetSByte()); break;
            case Datatype.Int16: builder.Append(value.GetInt16()); break;
            case Datatype.Int32: builder.Append(value.GetInt32()); break;
            case Datatype.Int64: builder.Append(value.GetInt64()); break;
            case Datatype.Fp16: builder.Append((Half)value.GetDouble()); break;
            // BF16 is the upper half of FP32; the lower half is zero.
            case Datatype.Bf16: builder.Append((ushort)(BitConverter.SingleToUInt32Bits(value.GetSingle()) >> 16)); break;
            case Datatype.Fp32: builder.Append(value.GetSingle()); break;
            case Datatype.Fp64: builder.Append(value.GetDouble()); break;
            case Datatype.Bytes: builder.AppendBytes(Encoding.UTF8.GetBytes(value.GetString()!)); break;
        }
    }
}
