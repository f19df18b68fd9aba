using System.Text;
using System.Text.Json.Serialization;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V1;

namespace InferenceServices.Contracts.Tests.V1;

public sealed class PredictRequestTests
{
    [Fact]
    public void A_body_is_read_as_the_record_of_the_service()
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
    [InlineData("\uFEFF\uFEFF{}")]
    [InlineData("{} {}")]
    [InlineData("{} x")]
    public void A_body_that_is_not_one_json_value_is_rejected(string body)
    {
        var exception = Assert.Throws<InvalidInputException>(() => Read(body));

        Assert.StartsWith("Unrecognized request format: not valid JSON at line 1, byte ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_position_of_an_error_counts_from_one()
    {
        var exception = Assert.Throws<InvalidInputException>(() => Read("{\n  \"text\": oops\n}"));

        Assert.Equal("Unrecognized request format: not valid JSON at line 2, byte 11.", exception.Message);
    }

    [Theory]
    [InlineData("[]", "an array")]
    [InlineData("[{\"text\":\"a\"}]", "an array")]
    [InlineData("\"a\"", "a string")]
    [InlineData("1", "a number")]
    [InlineData("true", "a boolean")]
    [InlineData("null", "null")]
    public void A_body_that_is_not_an_object_is_rejected(string body, string got)
    {
        var exception = Assert.Throws<InvalidInputException>(() => Read(body));

        Assert.Equal($"The request body should be a JSON object, got {got}.", exception.Message);
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
    public void The_error_for_a_wrong_type_names_the_field_and_not_the_NET_type(string body, string field)
    {
        var exception = Assert.Throws<InvalidInputException>(() => Read(body));

        Assert.Equal($"The field '{field}' has the wrong type.", exception.Message);
    }

    [Theory]
    [InlineData("""{"text":"\ud800"}""", "text")]
    [InlineData("""{"text":"\uDC00\uD800"}""", "text")]
    [InlineData("""{"\ud800":"a"}""", "\\ud800")]
    [InlineData("""{"tex\udc00":"a"}""", "tex\\udc00")]
    [InlineData("""{"text":"a","unknown":{"in":[1,{"it":["\udbff"]}]}}""", "it")]
    public void An_escaped_unpaired_surrogate_is_rejected_at_any_position(string body, string field)
        => Assert.Equal($"The field '{field}' should be text, got an escape that is half a character.", Assert.Throws<InvalidInputException>(() => Read(body)).Message);

    [Theory]
    [InlineData("""{"text":"\ud83d\ude00"}""", "\ud83d\ude00")]
    [InlineData("""{"text":"\ud55c"}""", "\ud55c")]
    [InlineData("""{"text":"\\ud800"}""", "\\ud800")]
    public void Escaped_characters_are_read(string body, string text) => Assert.Equal(text, Read(body).Text);

    [Fact]
    public void A_missing_required_field_is_not_reported_as_invalid_json()
    {
        var exception = Assert.Throws<InvalidInputException>(
            () => new PredictRequest("m", "{}"u8.ToArray(), "id").Read(QuestionJson.Default.Strict));

        Assert.Equal("The request body lacks a field it must have.", exception.Message);
    }

    [Fact]
    public void Excessive_nesting_is_rejected()
        => Assert.Equal(
            "JSON nesting depth exceeds maximum allowed limit (100)",
            Assert.Throws<InvalidInputException>(() => Read($$"""{"unknown":{{new string('[', 100_000)}}""")).Message);

    [Fact]
    public void Nesting_of_a_hundred_levels_is_accepted()
    {
        static string Nested(int depth) => $$"""{"text":"a","unknown":{{new string('[', depth - 1)}}{{new string(']', depth - 1)}}}""";

        Assert.Equal("a", Read(Nested(100)).Text);
        Assert.Equal("JSON nesting depth exceeds maximum allowed limit (100)", Assert.Throws<InvalidInputException>(() => Read(Nested(101))).Message);
    }

    [Fact]
    public void A_syntax_error_at_a_hundred_levels_is_not_reported_as_nesting()
        => Assert.StartsWith(
            "Unrecognized request format: not valid JSON",
            Assert.Throws<InvalidInputException>(() => Read($$"""{"unknown":{{new string('[', 99)}}x""")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_body_that_is_not_utf8_is_rejected()
    {
        byte[] body = [.. "{\"text\":\"caf"u8, 0xE9, .. "\"}"u8];

        var exception = Assert.Throws<InvalidInputException>(() => new PredictRequest("m", body, "id").Read(QuestionJson.Default.Question));

        Assert.Equal("Unrecognized request format: the body is not valid UTF-8.", exception.Message);
        Assert.Equal(400, exception.StatusCode);
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
