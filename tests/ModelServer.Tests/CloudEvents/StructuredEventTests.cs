using System.Text;
using InferenceServices.Contracts.Errors;
using InferenceServices.ModelServer.CloudEvents;

namespace InferenceServices.ModelServer.Tests.CloudEvents;

public sealed class StructuredEventTests
{
    private const string Attributes = "\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\",\"time\":\"2021-01-28T21:04:43.144141+00:00\"";

    [Theory]
    [InlineData("""{"instances":[[1,2]]}""")]
    [InlineData("""{ "a" : "\u0041\"}",  "data": {"data":[]} , "id":[{}]}""")]
    [InlineData("[1, 2.50 ,3e0]")]
    [InlineData("\"te\\u0078t\"")]
    [InlineData("1.50")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("{}")]
    public void The_data_are_returned_unchanged_at_any_position(string data)
    {
        Assert.Equal(data, Data($"{{{Attributes},\"data\":{data}}}"));
        Assert.Equal(data, Data($"{{\"data\":{data},{Attributes}}}"));
        Assert.Equal(data, Data($" {{ \"specversion\" : \"1.0\" , \"data\" :\n{data}\n, \"id\":\"1\",\"source\":\"s\", \"type\":\"t\" }} "));
    }

    [Fact]
    public void The_data_are_not_copied()
    {
        var body = Json.Utf8($"{{{Attributes},\"data\":[1]}}");

        var data = StructuredEvent.ReadData(body);

        body[Encoding.UTF8.GetString(body).IndexOf('1', body.Length - 4)] = (byte)'7';
        Assert.Equal("[7]", Encoding.UTF8.GetString(data.Span));
    }

    [Theory]
    [InlineData("aGVsbG8=", "hello")]
    [InlineData("", "")]
    [InlineData("e30\\u003d", "{}")]
    public void Base64_data_is_decoded(string base64, string expected)
        => Assert.Equal(expected, Data($"{{{Attributes},\"data_base64\":\"{base64}\"}}"));

    [Fact]
    public void Escaped_keys_are_recognized()
        => Assert.Equal("[1]", Data("""{"\u0073pecversion":"1\u002e0","i\u0064":"1","source":"s","type":"t","d\u0061ta":[1]}"""));

    [Fact]
    public void Extensions_are_strings_numbers_and_booleans_and_null_is_ignored()
        => Assert.Equal("1", Data($"{{{Attributes},\"a\":\"x\",\"b\":5,\"c\":true,\"subject\":null,\"dataschema\":null,\"data_base64\":null,\"data\":1}}"));

    [Fact]
    public void Fifty_megabytes_of_data_are_accepted()
    {
        var data = "\"" + new string('x', 50_000_000) + "\"";

        Assert.Equal(data.Length, StructuredEvent.ReadData(Json.Utf8($"{{\"data\":{data},{Attributes}}}")).Length);
    }

    [Theory]
    [InlineData("[]", "the event should be an object, got an array")]
    [InlineData("{}", "the event lacks 'specversion'")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"t"}""", "the event lacks 'data'")]
    [InlineData("""{"specversion":"1.0","source":"s","type":"t","data":1}""", "the event lacks 'id'")]
    [InlineData("""{"specversion":"1.0","id":null,"source":"s","type":"t","data":1}""", "the event lacks 'id'")]
    [InlineData("""{"specversion":"1.0","id":"1","type":"t","data":1}""", "the event lacks 'source'")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","data":1}""", "the event lacks 'type'")]
    [InlineData("""{"id":"1","source":"s","type":"t","data":1}""", "the event lacks 'specversion'")]
    [InlineData("""{"specversion":"0.3","id":"1","source":"s","type":"t","data":1}""", "the event's 'specversion' should be 1.0, got '0.3'")]
    [InlineData("""{"specversion":1.0,"id":"1","source":"s","type":"t","data":1}""", "the event's 'specversion' should be a string, got a number")]
    [InlineData("""{"specversion":"1.0","id":"","source":"s","type":"t","data":1}""", "the event's 'id' should not be empty")]
    [InlineData("""{"specversion":"1.0","id":7,"source":"s","type":"t","data":1}""", "the event's 'id' should be a string, got a number")]
    [InlineData("""{"specversion":"1.0","id":"1","source":[],"type":"t","data":1}""", "the event's 'source' should be a string, got an array")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":" ","data":1}""", "the event's 'type' should not be empty")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"t","time":"yesterday","data":1}""", "the event's 'time' should be a time of RFC 3339, got 'yesterday'")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"t","time":5,"data":1}""", "the event's 'time' should be a string, got a number")]
    [InlineData("""{"specversion":"1.0","id":"1","id":"2","source":"s","type":"t","data":1}""", "the event has 'id' twice")]
    [InlineData("""{"specversion":"1.0","id":"1","\u0069d":"2","source":"s","type":"t","data":1}""", "the event has 'id' twice")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"t","data":1,"data":2}""", "the event has 'data' twice")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"t","data":1,"data_base64":"MQ=="}""", "the event has both data and data_base64")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"t","data_base64":"MQ"}""", "the event's data_base64 should be a string in base64")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"t","data_base64":"\ud800"}""", "the event's data_base64 should be a string in base64")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"t","data_base64":{}}""", "the event's data_base64 should be a string in base64")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"t","x":{},"data":1}""", "the event's 'x' should be a string, got an object")]
    [InlineData("""{"specversion":"1.0","id":"\ud800","source":"s","type":"t","data":1}""", "the event's 'id' should be text, got an escape that is half a character")]
    [InlineData("""{"specversion":"1.0","id":"1","\ud800":"s","type":"t","data":1}""", "a key of the event should be text, got an escape that is half a character")]
    public void The_error_for_an_invalid_event_names_the_attribute(string body, string message) => Assert.Equal(message, ErrorOf(Json.Utf8(body)));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"t","data":{"a":1}""")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"t","data":[1}}""")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"t","data":1} {}""")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"t","data":NaN}""")]
    public void A_body_that_is_not_json_is_rejected(string body)
        => Assert.StartsWith("Unrecognized request format: not valid JSON at line 1, byte ", ErrorOf(Json.Utf8(body)), StringComparison.Ordinal);

    [Fact]
    public void A_body_that_is_not_utf8_is_rejected()
    {
        Assert.Equal("Unrecognized request format: the body is not valid UTF-8.", ErrorOf([.. "{\"id\":\""u8, 0xC3, 0x28, .. "\"}"u8]));
    }

    [Fact]
    public void A_byte_order_mark_is_accepted()
        => Assert.Equal("1"u8.ToArray(), StructuredEvent.ReadData(new([0xEF, 0xBB, 0xBF, .. Json.Utf8($"{{{Attributes},\"data\":1}}")])).ToArray());

    [Theory]
    [InlineData(true, "{" + Attributes + ",\"data\":null}")]
    [InlineData(true, "{\"x\":[{}],\"data_base64\":5," + Attributes + "}")]
    [InlineData(false, "{" + Attributes + "}")]
    [InlineData(false, """{"specversion":"1.0","id":"1","source":"s","type":"t","data":1}""")]
    [InlineData(false, """{"instances":["specversion"]}""")]
    [InlineData(false, "{\"instances\":[{" + Attributes + ",\"data\":1}]}")]
    [InlineData(false, "[{" + Attributes + ",\"data\":1}]")]
    [InlineData(false, "{" + Attributes + ",\"data\":1")]
    [InlineData(false, "")]
    public void A_body_with_all_six_top_level_keys_is_an_event(bool expected, string body) => Assert.Equal(expected, StructuredEvent.IsComplete(Json.Utf8(body)));

    [Fact]
    public void Merged_attributes_are_written_unchanged()
    {
        var body = Json.Utf8("""{"subject":"\u00e9\"","n":  5,"t":true,"nothing":null,"specversion":"1.0","id":"1","source":"s","type":"t","time":"x","datacontenttype":"y","data":{"a":[1]}}""");

        var written = Json.Written(writer =>
        {
            writer.WriteStartObject();
            StructuredEvent.WriteMerged(writer, body);
            writer.WriteEndObject();
        });

        Assert.Equal("""{"subject":"\u00e9\"","n":5,"t":true}""", written);
    }

    private static string Data(string body) => Encoding.UTF8.GetString(StructuredEvent.ReadData(Json.Utf8(body)).Span);

    private static string ErrorOf(byte[] body) => Assert.Throws<InvalidInputException>(() => StructuredEvent.ReadData(body)).Message;
}
