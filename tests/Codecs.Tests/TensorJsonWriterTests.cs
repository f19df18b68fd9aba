using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Codecs.Tests;

public sealed class TensorJsonWriterTests
{
    [Fact]
    public void Non_finite_numbers_are_written_as_null_or_tokens()
    {
        using var singles = Tensor.Of<float>(Datatype.Fp32, new Shape(4), [float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1]);
        using var doubles = Tensor.Of<double>(Datatype.Fp64, new Shape(4), [double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1]);

        Assert.Equal("[null,null,null,1]", Flat(singles));
        Assert.Equal("[null,null,null,1]", Flat(doubles));
        Assert.Equal("[NaN,Infinity,-Infinity,1]", Flat(singles, NonFiniteNumbers.Literal));
        Assert.Equal("[NaN,Infinity,-Infinity,1]", Flat(doubles, NonFiniteNumbers.Literal));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Non_finite_numbers_are_an_error_if_configured(double value)
    {
        using var single = Tensor.Of<float>(Datatype.Fp32, new Shape(2), [1, (float)value]);
        using var twice = Tensor.Of<double>(Datatype.Fp64, new Shape(2), [1, value]);
        using var finite = Tensor.Of<double>(Datatype.Fp64, new Shape(2), [1, 2]);

        foreach (var tensor in new[] { single, twice })
        {
            var exception = Assert.Throws<InvalidInputException>(() => Flat(tensor, NonFiniteNumbers.Error));
            Assert.Equal("output 'y' has NaN or an infinity, which JSON does not have. Please use the binary data format for it", exception.Message);
        }
        Assert.Equal("[1,2]", Flat(finite, NonFiniteNumbers.Error));
    }

    [Fact]
    public void Floats_have_the_shortest_representation_that_round_trips()
    {
        using var tensor = Tensor.Of<float>(Datatype.Fp32, new Shape(3), [0.1f, -0f, float.MaxValue]);

        Assert.Equal("[0.1,-0.0,3.4028235E+38]", Flat(tensor));
    }

    [Fact]
    public void Booleans_are_true_and_false()
    {
        using var tensor = Tensor.Of<byte>(Datatype.Bool, new Shape(3), [0, 1, 2]);

        Assert.Equal("[false,true,true]", Flat(tensor));
    }

    [Fact]
    public void Strings_round_trip()
    {
        using var tensor = Json.Strings("", "a\"b", "line\n");

        Assert.Equal("""["","a\u0022b","line\n"]""", Flat(tensor));
    }

    [Fact]
    public void The_error_for_an_element_that_is_not_UTF8_names_the_output()
    {
        using var builder = new TensorBuilder(Datatype.Bytes, 1);
        builder.AppendBytes([0xFF]);
        using var tensor = builder.Build(new Shape(1));

        var exception = Assert.Throws<InvalidInputException>(() => Flat(tensor));

        Assert.StartsWith("output 'y' has an element that is not UTF-8 text", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_element_that_is_not_UTF8_is_base64_if_enabled()
    {
        using var builder = new TensorBuilder(Datatype.Bytes, 1);
        builder.AppendBytes("text"u8);
        builder.AppendBytes([0xFF, 0xFE, 0xFB]);
        using var tensor = builder.Build(new Shape(2));

        Assert.Equal("""["text",{"b64":"//77"}]""", Flat(tensor, base64: true).Replace("\\u002B", "+", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Datatype.Fp16, "[0.099975586,65504,5.9604645E-08,-0.0,null]", 0x2E66, 0x7BFF, 0x0001, 0x8000, 0xFC00)]
    [InlineData(Datatype.Bf16, "[0.100097656,1.5,-0.0,null]", 0x3DCD, 0x3FC0, 0x8000, 0x7FC0)]
    public void Half_precision_is_written_as_numbers(Datatype datatype, string expected, params int[] bits)
    {
        using var tensor = Tensor.Of<ushort>(datatype, new Shape(bits.Length), [.. bits.Select(value => (ushort)value)]);

        Assert.Equal(expected, Flat(tensor));
        using var _ = JsonDocument.Parse(Flat(tensor));
    }

    [Fact]
    public void Negative_zero_keeps_its_sign()
    {
        using var single = Tensor.Of<float>(Datatype.Fp32, new Shape(2), [-0f, 0f]);
        using var number = Tensor.Of<double>(Datatype.Fp64, new Shape(2), [-0.0, 0.0]);

        Assert.Equal(["[-0.0,0]", "[-0.0,0]"], [Flat(single), Flat(number)]);
    }

    [Fact]
    public void Keys_make_an_object_of_the_last_axis()
    {
        using var tensor = Tensor.Of<float>(Datatype.Fp32, new Shape(2, 2), [0.25f, 0.75f, 1, 0]);
        string Nested(params string[] keys)
        {
            var position = 0;
            return Json.Written(writer => new TensorJsonWriter(writer, default).WriteNested(new NamedTensor("y", tensor, keys), 0, ref position));
        }

        Assert.Equal("""[{"a":0.25,"b":0.75},{"a":1,"b":0}]""", Nested("a", "b"));
        Assert.Equal("[[0.25,0.75],[1,0]]", Nested("a", "b", "c"));
    }

    [Theory]
    [InlineData(new long[] { }, 1, "0")]
    [InlineData(new long[] { 3 }, 3, "[0,1,2]")]
    [InlineData(new long[] { 2, 3 }, 6, "[[0,1,2],[3,4,5]]")]
    [InlineData(new long[] { 2, 1, 2 }, 4, "[[[0,1]],[[2,3]]]")]
    [InlineData(new long[] { 2, 0 }, 0, "[[],[]]")]
    [InlineData(new long[] { 0, 2 }, 0, "[]")]
    public void Nesting_follows_the_shape(long[] dims, int count, string expected)
    {
        using var tensor = Tensor.Of<int>(Datatype.Int32, new Shape(dims), Enumerable.Range(0, count).ToArray());

        var position = 0;
        Assert.Equal(expected, Json.Written(writer => new TensorJsonWriter(writer, default).WriteNested(new NamedTensor("y", tensor), 0, ref position)));
        Assert.Equal(tensor.Bytes.Length, position);
    }

    [Fact]
    public void Nested_strings_are_written_in_order()
    {
        using var builder = new TensorBuilder(Datatype.Bytes, 1);
        foreach (var text in new[] { "a", "", "bcd", "e" }) builder.AppendBytes(Json.Utf8(text));
        using var tensor = builder.Build(new Shape(2, 2));

        var position = 0;
        Assert.Equal(
            """[["a",""],["bcd","e"]]""", Json.Written(writer => new TensorJsonWriter(writer, default).WriteNested(new NamedTensor("y", tensor), 0, ref position)));
    }

    private static string Flat(Tensor tensor, NonFiniteNumbers nonFinite = NonFiniteNumbers.Null, bool base64 = false)
        => Json.Written(writer => new TensorJsonWriter(writer, new TensorJsonFormat(nonFinite, base64)).WriteFlat(tensor, "y"));
}
