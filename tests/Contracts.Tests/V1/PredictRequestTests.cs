using System.Text;
using System.Text.Json.Serialization;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V1;

namespace InferenceServices.Contracts.Tests.V1;

public sealed class PredictRequestTests
{
    [Fact]
    public void A_body_is_read_as_the_services_own_record()
    {
        var question = Read("""  { "text": "caf\u00e9 🌍", "top": 3, "unknown": [ { } ] }  """);

        Assert.Equal(new Question("café 🌍", 3), question);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("text=hello")]
    [InlineData("{")]
    [InlineData("{\"text\":")]
    [InlineData("{\"text\":\"a\",}")]
    [InlineData("{'text':'a'}")]
    [InlineData("{\"top\":NaN}")]
    [InlineData("\uFEFF{}")]
    [InlineData("{} {}")]
    [InlineData("{} x")]
    public void What_is_not_one_json_value_is_refused(string body)
    {
        var refusal = Assert.Throws<InvalidInputException>(() => Read(body));

        Assert.StartsWith("Unrecognized request format: not valid JSON at line 1, byte ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_place_of_a_mistake_is_told_from_one()
    {
        var refusal = Assert.Throws<InvalidInputException>(() => Read("{\n  \"text\": oops\n}"));

        Assert.Equal("Unrecognized request format: not valid JSON at line 2, byte 11.", refusal.Message);
    }

    [Theory]
    [InlineData("[]", "an array")]
    [InlineData("[{\"text\":\"a\"}]", "an array")]
    [InlineData("\"a\"", "a string")]
    [InlineData("1", "a number")]
    [InlineData("true", "a boolean")]
    [InlineData("null", "null")]
    public void A_body_that_is_no_object_is_refused(string body, string got)
    {
        var refusal = Assert.Throws<InvalidInputException>(() => Read(body));

        Assert.Equal($"The request body should be a JSON object, got {got}.", refusal.Message);
    }

    [Theory]
    [InlineData("""{"text":5}""", "text")]
    [InlineData("""{"text":["a"]}""", "text")]
    [InlineData("""{"top":"many"}""", "top")]
    [InlineData("""{"top":1.5}""", "top")]
    [InlineData("""{"top":99999999999}""", "top")]
    [InlineData("""{"top":null}""", "top")]
    [InlineData("""{"nested":{"tags":["a",2]}}""", "nested.tags[1]")]
    [InlineData("""{"two words":"a"}""", "['two words']")]
    public void A_field_of_the_wrong_type_is_named_and_no_net_type_is(string body, string field)
    {
        var refusal = Assert.Throws<InvalidInputException>(() => Read(body));

        Assert.Equal($"The field '{field}' has the wrong type.", refusal.Message);
    }

    [Theory]
    [InlineData("""{"text":"\ud800"}""", "text")]
    [InlineData("""{"text":"\uDC00\uD800"}""", "text")]
    [InlineData("""{"\ud800":"a"}""", "\\ud800")]
    [InlineData("""{"tex\udc00":"a"}""", "tex\\udc00")]
    [InlineData("""{"text":"a","unknown":{"in":[1,{"it":["\udbff"]}]}}""", "it")]
    public void An_escape_that_is_half_a_character_is_refused_wherever_it_is(string body, string field)
        => Assert.Equal($"The field '{field}' should be text, got an escape that is half a character.", Assert.Throws<InvalidInputException>(() => Read(body)).Message);

    [Theory]
    [InlineData("""{"text":"\ud83d\ude00"}""", "\ud83d\ude00")]
    [InlineData("""{"text":"\ud55c"}""", "\ud55c")]
    [InlineData("""{"text":"\\ud800"}""", "\\ud800")]
    public void Escapes_of_whole_characters_are_read(string body, string text) => Assert.Equal(text, Read(body).Text);

    [Fact]
    public void A_missing_field_that_must_be_there_is_not_called_bad_json()
    {
        var refusal = Assert.Throws<InvalidInputException>(
            () => new PredictRequest("m", "{}"u8.ToArray(), "id").Read(QuestionJson.Default.Strict));

        Assert.Equal("The request body lacks a field it must have.", refusal.Message);
    }

    [Fact]
    public void A_body_nested_without_end_is_refused()
        => Assert.Equal(
            "JSON nesting depth exceeds maximum allowed limit (100)",
            Assert.Throws<InvalidInputException>(() => Read($$"""{"unknown":{{new string('[', 100_000)}}""")).Message);

    [Fact]
    public void A_body_may_nest_a_hundred_deep()
    {
        static string Nested(int depth) => $$"""{"text":"a","unknown":{{new string('[', depth - 1)}}{{new string(']', depth - 1)}}}""";

        Assert.Equal("a", Read(Nested(100)).Text);
        Assert.Equal("JSON nesting depth exceeds maximum allowed limit (100)", Assert.Throws<InvalidInputException>(() => Read(Nested(101))).Message);
    }

    [Fact]
    public void A_mistake_a_hundred_deep_is_not_called_too_deep()
        => Assert.StartsWith(
            "Unrecognized request format: not valid JSON",
            Assert.Throws<InvalidInputException>(() => Read($$"""{"unknown":{{new string('[', 99)}}x""")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused()
    {
        byte[] body = [.. "{\"text\":\"caf"u8, 0xE9, .. "\"}"u8];

        var refusal = Assert.Throws<InvalidInputException>(() => new PredictRequest("m", body, "id").Read(QuestionJson.Default.Question));

        Assert.Equal("Unrecognized request format: the body is not valid UTF-8.", refusal.Message);
        Assert.Equal(400, refusal.StatusCode);
    }

    private static Question Read(string body)
        => new PredictRequest("m", Encoding.UTF8.GetBytes(body), "id").Read(QuestionJson.Default.Question);
}

internal sealed record Question(string? Text = null, int Top = 1, Tags? Nested = null)
{
    [JsonPropertyName("two words")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int TwoWords { get; init; }
}

internal sealed record Tags
{
    [JsonPropertyName("tags")]
    public IReadOnlyList<string> List { get; init; } = [];
}

internal sealed record Strict
{
    public required string Text { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Question))]
[JsonSerializable(typeof(Strict))]
internal sealed partial class QuestionJson : JsonSerializerContext;
