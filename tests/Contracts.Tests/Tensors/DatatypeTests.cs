using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Contracts.Tests.Tensors;

public sealed class DatatypeTests
{
    public static TheoryData<Datatype, string, int> Table { get; } = new()
    {
        { Datatype.Bool, "BOOL", 1 },
        { Datatype.Uint8, "UINT8", 1 },
        { Datatype.Uint16, "UINT16", 2 },
        { Datatype.Uint32, "UINT32", 4 },
        { Datatype.Uint64, "UINT64", 8 },
        { Datatype.Int8, "INT8", 1 },
        { Datatype.Int16, "INT16", 2 },
        { Datatype.Int32, "INT32", 4 },
        { Datatype.Int64, "INT64", 8 },
        { Datatype.Fp16, "FP16", 2 },
        { Datatype.Fp32, "FP32", 4 },
        { Datatype.Fp64, "FP64", 8 },
        { Datatype.Bf16, "BF16", 2 },
        { Datatype.Bytes, "BYTES", 0 },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Each_datatype_has_its_wire_name_and_element_size(Datatype datatype, string name, int size)
    {
        Assert.Equal(name, datatype.ToWire());
        Assert.Equal(size, datatype.SizeBytes());
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void A_wire_name_is_read_in_any_letter_case(Datatype datatype, string name, int size)
    {
        _ = size;

        Assert.True(DatatypeExtensions.TryParse(name, out var exact));
        Assert.True(DatatypeExtensions.TryParse(name.ToLowerInvariant(), out var lower));
        Assert.Equal(datatype, exact);
        Assert.Equal(datatype, lower);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("FLOAT")]
    [InlineData("FP32 ")]
    [InlineData("TYPE_FP32")]
    [InlineData("0")]
    public void An_unknown_name_is_not_read(string? name) => Assert.False(DatatypeExtensions.TryParse(name, out _));

    [Fact]
    public void The_table_is_complete() => Assert.Equal(Enum.GetValues<Datatype>(), Table.Select(row => row.Data.Item1));
}
