using System.Text;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V1;
using InferenceServices.Testing;
using Microsoft.Extensions.Options;

namespace InferenceServices.Services.LangId;

/// <summary>Validation errors; the messages are those of Lift Wing.</summary>
public sealed class LangIdRequestTests : IDisposable
{
    private readonly FastTextDirectory _model = new(["en"], ["hello", "</s>"]);
    private readonly LangIdTransformer _transformer;

    public LangIdRequestTests() => _transformer = new LangIdTransformer(new ServedModel("langid", _model.Path, "1"), Options.Create(new LangIdOptions()));

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"Text":"hello"}""")]
    [InlineData("""{"text":null}""")]
    [InlineData("""{"text":""}""")]
    [InlineData("""{"text":0}""")]
    [InlineData("""{"text":-0.0}""")]
    [InlineData("""{"text":false}""")]
    [InlineData("""{"text":[]}""")]
    [InlineData("""{"text":{}}""")]
    public void A_falsy_text_is_missing(string body) => Assert.Equal("The parameter text is required.", ReadError(body));

    [Theory]
    [InlineData("""{"text":1}""")]
    [InlineData("""{"text":-0.5}""")]
    [InlineData("""{"text":1e999}""")]
    [InlineData("""{"text":true}""")]
    [InlineData("""{"text":[""]}""")]
    [InlineData("""{"text":["hello"]}""")]
    [InlineData("""{"text":{"text":"hello"}}""")]
    public void A_text_that_is_not_a_string_is_rejected(string body) => Assert.Equal("The input 'text' should be a string.", ReadError(body));

    [Theory]
    [InlineData("""{"text":" "}""")]
    [InlineData("""{"text":"\n\t\r\u000b"}""")]
    [InlineData("""{"text":"\u00a0\u3000"}""")]
    [InlineData("""{"text":"\u001c\u001d\u001e\u001f"}""")]
    public void A_text_of_white_space_is_rejected(string body)
        => Assert.Equal("The input 'text' should hold more than white space.", ReadError(body));

    [Theory]
    [InlineData("[]", "an array")]
    [InlineData("""[{"text":"hello"}]""", "an array")]
    [InlineData("\"hello\"", "a string")]
    [InlineData("1", "a number")]
    [InlineData("null", "null")]
    public void A_body_that_is_not_an_object_is_rejected(string body, string got)
        => Assert.Equal($"The request body should be a JSON object, got {got}.", ReadError(body));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("hello")]
    [InlineData("{")]
    [InlineData("""{"text":"hello"}}""")]
    [InlineData("""{"text":"hello"} {"text":"hello"}""")]
    [InlineData("""{"text":"hello",}""")]
    [InlineData("""{"text":[1,}""")]
    [InlineData("""{"text":"hel""")]
    [InlineData("""{'text':'hello'}""")]
    [InlineData("text=hello")]
    public void A_body_that_is_not_JSON_is_rejected(string body)
        => Assert.StartsWith("Unrecognized request format: not valid JSON at line 1, byte ", ReadError(body), StringComparison.Ordinal);

    [Fact]
    public void A_body_that_is_not_UTF8_is_rejected()
        => Assert.Equal("Unrecognized request format: the body is not valid UTF-8.", ReadError([.. "{\"text\":\""u8, 0xE9, .. "\"}"u8]));

    [Theory]
    [InlineData("""{"text":"\ud83d"}""")]
    [InlineData("""{"text":"a\ude00b"}""")]
    public void An_escaped_unpaired_surrogate_is_rejected(string body) => Assert.Contains("'text'", ReadError(body), StringComparison.Ordinal);

    [Fact]
    public void Excessive_nesting_is_rejected() => Assert.NotEmpty(ReadError($"{{\"text\":{new string('[', 100_000)}"));

    [Fact]
    public void A_text_without_known_words_is_unscorable()
    {
        using var model = new FastTextDirectory(["en"], ["hello"]);
        var transformer = new LangIdTransformer(new ServedModel("langid", model.Path, "1"), Options.Create(new LangIdOptions()));

        var exception = Assert.Throws<UnscorableInputException>(() => Preprocess(transformer, """{"text":"nobody"}"""u8.ToArray()));

        Assert.Equal("The model knows no part of this text.", exception.Message);
    }

    [Theory]
    [InlineData("""{"text":"hello"}""")]
    [InlineData(""" { "lang" : { "a" : [ 1 ] } , "text" : "hello" } """)]
    [InlineData("""{"text":"h\u0065llo"}""")]
    public void A_valid_request_becomes_the_model_input(string body)
    {
        using var request = Preprocess(_transformer, Encoding.UTF8.GetBytes(body));

        var input = Assert.Single(request.Inputs);
        Assert.Equal("ids", input.Name);
        Assert.Equal([0, 1], input.Tensor.Values<long>().ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(100_001)]
    public void The_maximum_length_has_bounds(int maxTextLength)
    {
        var options = new LangIdOptions { MaxTextLength = maxTextLength };

        Assert.False(new DataAnnotationValidateOptions<LangIdOptions>(null).Validate(null, options).Succeeded);
    }

    [Fact]
    public void The_maximum_length_is_100_code_points_by_default() => Assert.Equal(100, new LangIdOptions().MaxTextLength);

    private string ReadError(string body) => ReadError(Encoding.UTF8.GetBytes(body));

    private string ReadError(byte[] body)
    {
        var exception = Assert.Throws<InvalidInputException>(() => Preprocess(_transformer, body));
        Assert.DoesNotContain("System", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("LangId", exception.Message, StringComparison.Ordinal);
        return exception.Message;
    }

    private static Contracts.V2.InferRequest Preprocess(LangIdTransformer transformer, byte[] body)
        => transformer.PreprocessAsync(transformer.Read(new PredictRequest("langid", body, "test")), CancellationToken.None).AsTask().GetAwaiter().GetResult().Tensors;
}
