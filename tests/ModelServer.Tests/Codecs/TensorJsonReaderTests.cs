using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.ModelServer.Codecs;

namespace InferenceServices.ModelServer.Tests.Codecs;

public sealed class TensorJsonReaderTests
{
    [Theory]
    [InlineData("INT8", "-128", "127")]
    [InlineData("INT16", "-32768", "32767")]
    [InlineData("INT32", "-2147483648", "2147483647")]
    [InlineData("INT64", "-9223372036854775808", "9223372036854775807")]
    [InlineData("UINT8", "0", "255")]
    [InlineData("UINT16", "0", "65535")]
    [InlineData("UINT32", "0", "4294967295")]
    [InlineData("UINT64", "0", "18446744073709551615")]
    public void The_limits_of_a_whole_type_are_read_and_written_exactly(string datatype, string least, string most)
    {
        using var tensor = Read(datatype, $"[{least},{most}]");

        Assert.Equal($"[{least},{most}]", Json.Written(writer => TensorJsonWriter.WriteFlat(writer, tensor, "x")));
    }

    [Theory]
    [InlineData("INT8", "-129")]
    [InlineData("INT8", "128")]
    [InlineData("INT16", "32768")]
    [InlineData("INT32", "2147483648")]
    [InlineData("INT32", "-2147483649")]
    [InlineData("INT64", "9223372036854775808")]
    [InlineData("INT64", "-9223372036854775809")]
    [InlineData("UINT8", "256")]
    [InlineData("UINT8", "-1")]
    [InlineData("UINT16", "65536")]
    [InlineData("UINT32", "4294967296")]
    [InlineData("UINT64", "18446744073709551616")]
    [InlineData("UINT64", "-1")]
    [InlineData("INT32", "1.5")]
    [InlineData("INT32", "1.0")]
    [InlineData("INT64", "1e3")]
    [InlineData("FP32", "1e39")]
    [InlineData("FP32", "-3.5e38")]
    [InlineData("FP32", "1e400")]
    [InlineData("FP64", "1e400")]
    [InlineData("FP64", "-1e309")]
    [InlineData("BOOL", "1")]
    [InlineData("BYTES", "1")]
    public void A_number_its_type_cannot_hold_is_refused_and_repeated(string datatype, string number)
    {
        var refusal = Assert.Throws<InvalidInputException>(() => Read(datatype, $"[{number}]"));

        Assert.Equal($"input 'x': value 0 should be {datatype}, got {number}", refusal.Message);
    }

    [Theory]
    [InlineData("FP32", "\"1\"", "a string")]
    [InlineData("INT64", "\"NaN\"", "a string")]
    [InlineData("FP64", "null", "null")]
    [InlineData("FP32", "true", "a boolean")]
    [InlineData("INT8", "{}", "an object")]
    [InlineData("BOOL", "\"true\"", "a string")]
    [InlineData("BYTES", "true", "a boolean")]
    [InlineData("BYTES", "{\"b64\":\"\"}", "an object")]
    public void A_value_of_another_kind_is_refused_with_its_place(string datatype, string value, string got)
    {
        var good = datatype switch { "BOOL" => "true", "BYTES" => "\"a\"", _ => "1" };

        var refusal = Assert.Throws<InvalidInputException>(() => Read(datatype, $"[{good},[{good}],{value}]"));

        Assert.Equal($"input 'x': value 2 should be {datatype}, got {got}", refusal.Message);
    }

    [Theory]
    [InlineData("[NaN]")]
    [InlineData("[Infinity]")]
    [InlineData("[-Infinity]")]
    [InlineData("[01]")]
    [InlineData("[1,]")]
    [InlineData("[.5]")]
    public void What_is_not_a_json_number_is_not_json(string json) => Assert.ThrowsAny<JsonException>(() => Read("FP32", json));

    [Fact]
    public void A_number_too_long_to_repeat_is_called_a_number()
    {
        var refusal = Assert.Throws<InvalidInputException>(() => Read("INT64", $"[{new string('9', 33)}]"));

        Assert.Equal("input 'x': value 0 should be INT64, got a number", refusal.Message);
    }

    [Fact]
    public void Floats_are_read_to_the_nearest()
    {
        using var singles = Read("FP32", "[0.1,-0.0,1e-46,3.4028235e38,16777217]");
        using var doubles = Read("FP64", "[0.1,1.7976931348623157e308,5e-324]");

        Assert.Equal([0.1f, -0f, 0f, float.MaxValue, 16777216f], singles.Values<float>().ToArray());
        Assert.True(float.IsNegative(singles.Values<float>()[1]));
        Assert.Equal([0.1, double.MaxValue, double.Epsilon], doubles.Values<double>().ToArray());
    }

    [Fact]
    public void Truth_values_are_zero_and_one()
    {
        using var tensor = Read("BOOL", "[true,[false],true]");

        Assert.Equal([1, 0, 1], tensor.Bytes.ToArray());
    }

    [Fact]
    public void Strings_are_unescaped()
    {
        using var tensor = Read("BYTES", """["","a\"b","\u00e9\ud83c\udf0d","é🌍","\u0000\n"]""");

        Assert.Equal(["", "a\"b", "é🌍", "é🌍", "\0\n"], Json.Texts(tensor));
    }

    [Theory]
    [InlineData("""["\ud800"]""")]
    [InlineData("""["\udc00"]""")]
    [InlineData("""["a\ud83cb"]""")]
    public void Half_a_character_is_no_text(string json)
    {
        var refusal = Assert.Throws<InvalidInputException>(() => Read("BYTES", json));

        Assert.Equal("input 'x': value 0 should be BYTES, got a string", refusal.Message);
    }

    [Theory]
    [InlineData("FP16")]
    [InlineData("BF16")]
    public void Half_precision_is_refused_as_tritons_server_does(string datatype)
    {
        var refusal = Assert.Throws<InvalidInputException>(() => Read(datatype, "[1]"));

        Assert.Equal($"receiving {datatype} data via JSON is not supported. Please use the binary data format for input 'x'", refusal.Message);
    }

    private static Tensor Read(string datatype, string json)
    {
        Assert.True(DatatypeExtensions.TryParse(datatype, out var parsed));
        var reader = new Utf8JsonReader(Json.Utf8(json));
        reader.Read();
        using var builder = new TensorBuilder(parsed, 1);
        TensorJsonReader.Read(ref reader, parsed, builder, shape: null, "input 'x'");
        Assert.False(reader.Read());
        return builder.Build(new Shape(builder.Count));
    }
}
