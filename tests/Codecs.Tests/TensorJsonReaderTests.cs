using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Codecs.Tests;

public sealed class TensorJsonReaderTests
{
    private static readonly TensorJsonFormat V1 = new(Base64: true);

    [Theory]
    [InlineData("INT8", "-128", "127")]
    [InlineData("INT16", "-32768", "32767")]
    [InlineData("INT32", "-2147483648", "2147483647")]
    [InlineData("INT64", "-9223372036854775808", "9223372036854775807")]
    [InlineData("UINT8", "0", "255")]
    [InlineData("UINT16", "0", "65535")]
    [InlineData("UINT32", "0", "4294967295")]
    [InlineData("UINT64", "0", "18446744073709551615")]
    public void The_limits_of_an_integer_type_are_read_and_written_exactly(string datatype, string least, string most)
    {
        using var tensor = Read(datatype, $"[{least},{most}]");

        Assert.Equal($"[{least},{most}]", Json.Written(writer => new TensorJsonWriter(writer, default).WriteFlat(tensor, "x")));
    }

    // FP32 rounds each number to the tie of two BF16, from above or below.
    [Theory]
    [InlineData("-8044543.999999085", 0xCAF5)]
    [InlineData("8044544", 0x4AF6)]
    [InlineData("8044544.000000001", 0x4AF6)]
    [InlineData("1e-60", 0)]
    public void BF16_is_rounded_once(string text, int bits)
    {
        using var tensor = Read("BF16", $"[{text}]");

        Assert.Equal((ushort)bits, BitConverter.ToUInt16(tensor.Bytes));
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
    [InlineData("INT32", "1e-1")]
    [InlineData("INT64", "0.1e-9999999999999")]
    [InlineData("INT64", "9007199254740993.5")]
    [InlineData("INT64", "1.00000000000000000000000000000000001")]
    [InlineData("INT64", "9223372036854775808.0")]
    [InlineData("INT64", "1e19")]
    [InlineData("INT64", "1e9999999999999999999999")]
    [InlineData("UINT64", "18446744073709551616.0")]
    [InlineData("UINT64", "1e20")]
    [InlineData("UINT8", "2.56e2")]
    [InlineData("UINT8", "-1.0")]
    [InlineData("UINT8", "-1e-1")]
    [InlineData("FP32", "1e39")]
    [InlineData("FP32", "-3.5e38")]
    [InlineData("FP32", "1e400")]
    [InlineData("FP64", "1e400")]
    [InlineData("FP64", "-1e309")]
    [InlineData("BOOL", "1")]
    [InlineData("BYTES", "1")]
    public void The_error_for_a_number_outside_its_datatype_quotes_it(string datatype, string number)
    {
        var exception = Assert.Throws<InvalidInputException>(() => Read(datatype, $"[{number}]"));

        Assert.Equal($"input 'x': value 0 should be {datatype}, got {number}", exception.Message);
    }

    [Theory]
    [InlineData("FP32", "\"1\"", "a string")]
    [InlineData("INT64", "\"NaN\"", "a string")]
    [InlineData("INT64", "null", "null")]
    [InlineData("BYTES", "null", "null")]
    [InlineData("BOOL", "null", "null")]
    [InlineData("FP32", "true", "a boolean")]
    [InlineData("INT8", "{}", "an object")]
    [InlineData("BOOL", "\"true\"", "a string")]
    [InlineData("BYTES", "true", "a boolean")]
    [InlineData("BYTES", "{\"b64\":\"\"}", "an object")]
    public void The_error_for_a_value_of_another_kind_has_its_index(string datatype, string value, string got)
    {
        var good = datatype switch { "BOOL" => "true", "BYTES" => "\"a\"", _ => "1" };

        var exception = Assert.Throws<InvalidInputException>(() => Read(datatype, $"[{good},{good},{value}]"));

        Assert.Equal($"input 'x': value 2 should be {datatype}, got {got}", exception.Message);
    }

    [Theory]
    [InlineData("[NaN]")]
    [InlineData("[Infinity]")]
    [InlineData("[-Infinity]")]
    [InlineData("[01]")]
    [InlineData("[1,]")]
    [InlineData("[.5]")]
    public void An_invalid_json_number_is_invalid_json(string json) => Assert.ThrowsAny<JsonException>(() => Read("FP32", json));

    [Theory]
    [InlineData("FP32")]
    [InlineData("FP64")]
    public void Null_is_NaN_if_NaN_is_written_as_null(string datatype)
    {
        using var tensor = Read(datatype, "[1,null,null,2]");

        double[] values = datatype == "FP32" ? [.. tensor.Values<float>().ToArray().Select(value => (double)value)] : tensor.Values<double>().ToArray();
        Assert.Equal([1, double.NaN, double.NaN, 2], values);
        foreach (var other in new[] { NonFiniteNumbers.Literal, NonFiniteNumbers.Error })
        {
            var exception = Assert.Throws<InvalidInputException>(() => Read(datatype, "[1,null]", new TensorJsonFormat(other)));
            Assert.Equal($"input 'x': value 1 should be {datatype}, got null", exception.Message);
        }
    }

    [Theory]
    [InlineData("NaN", double.NaN)]
    [InlineData("Infinity", double.PositiveInfinity)]
    [InlineData("-Infinity", double.NegativeInfinity)]
    public void Tokens_for_non_finite_numbers_are_read_only_if_enabled(string name, double expected)
    {
        var literal = new TensorJsonFormat(NonFiniteNumbers.Literal);
        using var singles = Read("FP32", $"[1,\"{name}\"]", literal);
        using var doubles = Read("FP64", $"[1,\"{name}\"]", literal);
        using var text = Read("BYTES", $"[\"{name}\"]", literal);

        Assert.Equal([1, (float)expected], singles.Values<float>().ToArray());
        Assert.Equal([1, expected], doubles.Values<double>().ToArray());
        Assert.Equal([name], Json.Texts(text));
        Assert.Throws<InvalidInputException>(() => Read("INT64", $"[\"{name}\"]", literal));
        foreach (var other in new[] { NonFiniteNumbers.Null, NonFiniteNumbers.Error })
        {
            var exception = Assert.Throws<InvalidInputException>(() => Read("FP32", $"[1,\"{name}\"]", new TensorJsonFormat(other)));
            Assert.Equal($"input 'x': value 1 should be FP32, got \"{name}\", which is taken only with --json_nonfinite=literal", exception.Message);
        }
    }

    [Theory]
    [InlineData("\"nan\"")]
    [InlineData("\"inf\"")]
    [InlineData("\"+Infinity\"")]
    [InlineData("\" NaN\"")]
    [InlineData("\"\"")]
    [InlineData("\"1\"")]
    public void Other_spellings_are_strings(string value)
        => Assert.Throws<InvalidInputException>(() => Read("FP64", $"[{value}]", new TensorJsonFormat(NonFiniteNumbers.Literal)));

    [Fact]
    public void Base64_and_text_elements_can_be_mixed()
    {
        using var tensor = Read("BYTES", """["a",{"b64":"//77"},{ "b64" : "" },{"b64":"\/\/77"},{"\u0062\u00364":"aGk="},"z"]""", V1);

        var elements = new List<byte[]>();
        foreach (var element in tensor.Elements) elements.Add(element.ToArray());
        Assert.Equal([[(byte)'a'], [0xFF, 0xFE, 0xFB], [], [0xFF, 0xFE, 0xFB], "hi"u8.ToArray(), [(byte)'z']], elements);
    }

    [Fact]
    public void A_large_base64_element_is_read()
    {
        var bytes = new byte[1_000_003];
        new Random(1).NextBytes(bytes);

        using var tensor = Read("BYTES", $"[{{\"b64\":\"{Convert.ToBase64String(bytes)}\"}},\"after\"]", V1);

        var elements = tensor.Elements;
        Assert.True(elements.MoveNext());
        Assert.True(elements.Current.SequenceEqual(bytes));
    }

    [Theory]
    [InlineData("{}", "another key or none")]
    [InlineData("""{"b65":"aGk="}""", "another key or none")]
    [InlineData("""{"B64":"aGk="}""", "another key or none")]
    [InlineData("""{"b64":5}""", "a number")]
    [InlineData("""{"b64":null}""", "null")]
    [InlineData("""{"b64":{"b64":"aGk="}}""", "an object")]
    [InlineData("""{"b64":["aGk="]}""", "an array")]
    [InlineData("""{"b64":"aGk"}""", "something else")]
    [InlineData("""{"b64":"a"}""", "something else")]
    [InlineData("""{"b64":"_-77"}""", "something else")]
    [InlineData("""{"b64":"aGk=aGk="}""", "something else")]
    [InlineData("""{"b64":"é"}""", "something else")]
    [InlineData("""{"b64":"\ud800"}""", "an escape that is half a character")]
    [InlineData("""{"b64":"aGk=","b64":"aGk="}""", "a second key")]
    [InlineData("""{"b64":"aGk=","x":1}""", "a second key")]
    public void An_object_that_is_not_base64_is_rejected(string value, string got)
    {
        var exception = Assert.Throws<InvalidInputException>(() => Read("BYTES", $"[\"a\",{value}]", V1));

        Assert.Equal($"input 'x': value 1 should be a string or {{\"b64\":\"<base64>\"}}, got {got}", exception.Message);
    }

    [Theory]
    [InlineData("FP32")]
    [InlineData("INT64")]
    [InlineData("BOOL")]
    public void Base64_is_for_BYTES_only(string datatype)
        => Assert.Equal(
            $"input 'x': value 0 should be {datatype}, got an object",
            Assert.Throws<InvalidInputException>(() => Read(datatype, """[{"b64":"aGk="}]""", V1)).Message);

    [Theory]
    [InlineData(33, "")]
    [InlineData(200, "")]
    [InlineData(201, "…")]
    [InlineData(5_000_000, "…")]
    public void The_error_quotes_the_start_of_a_very_long_number(int digits, string mark)
    {
        var exception = Assert.Throws<InvalidInputException>(() => Read("INT64", $"[{new string('9', digits)}]"));

        Assert.Equal($"input 'x': value 0 should be INT64, got {new string('9', Math.Min(digits, 200))}{mark}", exception.Message);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("-0.0")]
    [InlineData("0e5")]
    [InlineData("-0.00E-99999999999999999999")]
    [InlineData("0.000e99999999999999999999")]
    public void Zero_is_an_integer_in_every_notation(string zero)
    {
        foreach (var datatype in new[] { "INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64" })
        {
            using var tensor = Read(datatype, $"[1,{zero},1]");

            Assert.Equal("[1,0,1]", Json.Written(writer => new TensorJsonWriter(writer, default).WriteFlat(tensor, "x")));
        }
    }

    [Theory]
    [InlineData("INT8", "-1.28e2", "-128")]
    [InlineData("INT16", "1.0", "1")]
    [InlineData("INT32", "1e2", "100")]
    [InlineData("INT32", "120e-1", "12")]
    [InlineData("INT32", "-2147483648.0", "-2147483648")]
    [InlineData("INT64", "1E+3", "1000")]
    [InlineData("INT64", "9007199254740993.0", "9007199254740993")]
    [InlineData("INT64", "9.223372036854775807e18", "9223372036854775807")]
    [InlineData("INT64", "-9223372036854775808.000", "-9223372036854775808")]
    [InlineData("UINT8", "25.5e1", "255")]
    [InlineData("UINT16", "6553500e-2", "65535")]
    [InlineData("UINT32", "0.4294967295e10", "4294967295")]
    [InlineData("UINT64", "18446744073709551615.0", "18446744073709551615")]
    [InlineData("UINT64", "0.00000000000000000000000000000000000000001e41", "1")]
    public void A_number_with_an_integer_value_is_read_exactly(string datatype, string text, string value)
    {
        using var tensor = Read(datatype, $"[{text},1,{text}]");

        Assert.Equal($"[{value},1,{value}]", Json.Written(writer => new TensorJsonWriter(writer, default).WriteFlat(tensor, "x")));
    }

    [Fact]
    public void Floats_are_rounded_to_the_nearest()
    {
        using var singles = Read("FP32", "[0.1,-0.0,1e-46,3.4028235e38,16777217]");
        using var doubles = Read("FP64", "[0.1,1.7976931348623157e308,5e-324]");

        Assert.Equal([0.1f, -0f, 0f, float.MaxValue, 16777216f], singles.Values<float>().ToArray());
        Assert.True(float.IsNegative(singles.Values<float>()[1]));
        Assert.Equal([0.1, double.MaxValue, double.Epsilon], doubles.Values<double>().ToArray());
    }

    [Fact]
    public void Booleans_are_zero_and_one()
    {
        using var tensor = Read("BOOL", "[true,false,true]");

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
    public void An_unpaired_surrogate_is_rejected(string json)
    {
        var exception = Assert.Throws<InvalidInputException>(() => Read("BYTES", json));

        Assert.Equal("input 'x': value 0 should be BYTES, got a string", exception.Message);
    }

    [Theory]
    [InlineData("FP16", "[1.5,0.1,65519,-65504,6e-8,1e-9,0.0,-0.0,null]", "3E00 2E66 7BFF FBFF 0001 0000 0000 8000 FE00")]
    [InlineData("BF16", "[1.5,0.1,-3.38e38,1.00390625,1.01171875,-0.0,null]", "3FC0 3DCD FF7E 3F80 3F82 8000 7FC0")]
    public void Half_precision_is_rounded_to_the_nearest(string datatype, string json, string expected)
    {
        using var tensor = Read(datatype, json);

        Assert.Equal(expected, string.Join(' ', tensor.Values<ushort>().ToArray().Select(bits => bits.ToString("X4", System.Globalization.CultureInfo.InvariantCulture))));
    }

    [Theory]
    [InlineData("FP16", "65520")]
    [InlineData("BF16", "3.4e38")]
    [InlineData("BF16", "1e39")]
    [InlineData("FP16", "true")]
    public void A_value_beyond_half_precision_is_rejected(string datatype, string value)
        => Assert.Equal($"input 'x': value 0 should be {datatype}, got {(value == "true" ? "a boolean" : value)}", Assert.Throws<InvalidInputException>(() => Read(datatype, $"[{value}]")).Message);

    [Theory]
    [InlineData("-0")]
    [InlineData("-0.0")]
    [InlineData("-0e0")]
    public void Negative_zero_keeps_its_sign(string value)
    {
        using var single = Read("FP32", $"[{value}]");
        using var number = Read("FP64", $"[{value}]");

        Assert.Equal([0x80000000], single.Values<uint>().ToArray());
        Assert.Equal([0x8000000000000000], number.Values<ulong>().ToArray());
    }

    [Theory]
    [InlineData("FP32")]
    [InlineData("FP64")]
    [InlineData("INT64")]
    [InlineData("INT32")]
    public void Numbers_without_tokens_are_read_as_the_numbers_of_tokens(string datatype)
    {
        string[] pieces = ["0", "1", "-1", "12", "0.5", "-0.0", "1e5", "1E-7", "1.5e+3", "3.4028235e38", "1e39", "1e999", "2147483648", "9223372036854775807", "123456789012345678901", "0.12345678901234567",
            "00", "01", "-", ".5", "1.", "1e", "+1", "null", "true", "\"a\"", "{}", "[", "]", " ", "\n", "\t", ",", ",", ",", ",", ",", ", ", "x"];
        var random = new Random(11);
        var accepted = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var body = i % 2 == 0
                ? string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => pieces[random.Next(pieces.Length)]))
                : string.Join(random.Next(3) == 0 ? " , " : ",", Enumerable.Range(0, random.Next(1, 6)).Select(_ => pieces[random.Next(16)]));
            var json = $"[{body}]";

            var expected = Outcome(datatype, json, isFast: false);

            Assert.Equal(expected, Outcome(datatype, json, isFast: true));
            if (!expected.Contains(' ', StringComparison.Ordinal)) accepted++;
        }
        Assert.InRange(accepted, 500, 20_000);
    }

    // The bytes of the tensor in hexadecimal form, or the error.
    private static string Outcome(string datatype, string json, bool isFast)
    {
        Assert.True(DatatypeExtensions.TryParse(datatype, out var parsed));
        var text = Json.Utf8(json);
        var reader = new Utf8JsonReader(text);
        reader.Read();
        using var builder = new TensorBuilder(parsed, 1);
        var nesting = new NestedShape("'x'");
        try
        {
            TensorJsonReader.Read(ref reader, isFast ? text : default, builder, nesting, "'x'", default);
            if (reader.Read()) return "more text";
        }
        catch (JsonException)
        {
            return "syntax error";
        }
        catch (InvalidInputException exception)
        {
            return exception.Message;
        }
        using var tensor = builder.Build(nesting.Complete());
        return $"{tensor.Shape}:{Convert.ToHexString(tensor.Bytes)}";
    }

    private static Tensor Read(string datatype, string json, TensorJsonFormat format = default)
    {
        Assert.True(DatatypeExtensions.TryParse(datatype, out var parsed));
        var text = Json.Utf8(json);
        var reader = new Utf8JsonReader(text);
        reader.Read();
        using var builder = new TensorBuilder(parsed, 1);
        TensorJsonReader.Read(ref reader, text, builder, shape: null, "input 'x'", format);
        Assert.False(reader.Read());
        return builder.Build(new Shape(builder.Count));
    }
}
