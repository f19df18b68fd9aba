using InferenceServices.Codecs.V2;
using InferenceServices.Contracts.Errors;

namespace InferenceServices.Codecs.Tests.V2;

public sealed class InferRequestJsonErrorTests
{
    [Theory]
    [InlineData("""{"name":"x","shape":[2,4],"datatype":"FP32","data":[1,2,3,4]}""", "input 'x': shape [2,4] needs 8 values, got 4")]
    [InlineData("""{"data":[1,2,3,4],"name":"x","shape":[2,4],"datatype":"FP32"}""", "input 'x': shape [2,4] needs 8 values, got 4")]
    [InlineData("""{"name":"x","shape":[1],"datatype":"FP32","data":[1,2]}""", "input 'x': shape [1] needs 1 values, got 2")]
    [InlineData("""{"name":"x","shape":[0],"datatype":"FP32","data":[1]}""", "input 'x': shape [0] needs 0 values, got 1")]
    [InlineData("""{"name":"x","shape":[],"datatype":"FP32","data":[]}""", "input 'x': shape [] needs 1 values, got 0")]
    [InlineData("""{"shape":[1],"datatype":"FP32","data":[1]}""", "inputs[0] lacks 'name'")]
    [InlineData("""{"name":"x","datatype":"FP32","data":[1]}""", "input 'x' lacks 'shape'")]
    [InlineData("""{"name":"x","shape":[1],"data":[1]}""", "input 'x' lacks 'datatype'")]
    [InlineData("""{"name":"x","shape":[1],"datatype":"FP32"}""", "input 'x' lacks 'data'")]
    [InlineData("""{}""", "inputs[0] lacks 'name'")]
    [InlineData("5", "inputs[0] should be an object, got a number")]
    [InlineData("""{"name":5}""", "inputs[0].name should be a string, got a number")]
    [InlineData("""{"name":"x","shape":3}""", "inputs[0].shape should be an array, got a number")]
    [InlineData("""{"name":"x","shape":[1,-1]}""", "inputs[0].shape should be an array of whole numbers, 0 or more; axis 1 is not")]
    [InlineData("""{"name":"x","shape":[1.5]}""", "inputs[0].shape should be an array of whole numbers, 0 or more; axis 0 is not")]
    [InlineData("""{"name":"x","shape":["1"]}""", "inputs[0].shape should be an array of whole numbers, 0 or more; axis 0 is not")]
    [InlineData("""{"name":"x","shape":[9223372036854775808]}""", "inputs[0].shape should be an array of whole numbers, 0 or more; axis 0 is not")]
    [InlineData("""{"name":"x","shape":[65536,65536],"datatype":"FP32","data":[]}""", "input 'x': byte size overflow for input of shape [65536,65536]")]
    [InlineData("""{"name":"x","shape":[2147483647],"datatype":"FP64","data":[1]}""", "input 'x': shape [2147483647] needs 2147483647 values, got 1")]
    [InlineData("""{"name":"x","datatype":"FLOAT"}""", "inputs[0].datatype should be one of the protocol's datatypes such as FP32, got 'FLOAT'")]
    [InlineData("""{"name":"x","shape":[1],"datatype":"FP32","data":1}""", "inputs[0].data should be an array, got a number")]
    [InlineData("""{"name":"x","shape":[1],"datatype":"FP32","data":[{}]}""", "input 'x': value 0 should be FP32, got an object")]
    [InlineData("""{"name":"x","parameters":[]}""", "inputs[0].parameters should be an object, got an array")]
    [InlineData("""{"name":"x","parameters":{"p":[]}}""", "inputs[0].parameters.p should be a string, number or boolean, got an array")]
    [InlineData("""{"name":"x","parameters":{"p":1e400}}""", "inputs[0].parameters.p should be a number that FP64 can hold")]
    [InlineData(
        """{"name":"x","shape":[1],"datatype":"FP16","data":[65520]}""",
        "input 'x': value 0 should be FP16, got 65520")]
    public void An_invalid_tensor_is_rejected_with_the_reason(string tensor, string message)
        => Assert.Equal(message, ErrorOf($$"""{"inputs":[{{tensor}}]}"""));

    [Fact]
    public void Lists_of_too_many_entries_are_rejected()
    {
        string Repeat(string entry) => string.Join(',', Enumerable.Repeat(entry, 16_385));
        var parameters = string.Join(',', Enumerable.Range(0, 16_385).Select(number => $"\"p{number}\":1"));

        Assert.Equal(
            "inputs should have at most 16384 tensors",
            ErrorOf($$"""{"inputs":[{{Repeat("""{"name":"x","shape":[0],"datatype":"FP32","data":[]}""")}}]}"""));
        Assert.Equal("outputs should have at most 16384 entries", ErrorOf($$"""{"outputs":[{{Repeat("""{"name":"y"}""")}}]}"""));
        Assert.Equal("parameters should have at most 16384 entries", ErrorOf($$$"""{"parameters":{{{{parameters}}}}}"""));
        Assert.Equal("outputs[0].parameters should have at most 16384 entries", ErrorOf($$$"""{"outputs":[{"name":"y","parameters":{{{{parameters}}}}}]}"""));
    }

    [Theory]
    [InlineData("[]", "the request body should be an object, got an array")]
    [InlineData("\"x\"", "the request body should be an object, got a string")]
    [InlineData("{}", "the request should have 'inputs', an array of tensors")]
    [InlineData("""{"instances":[[1]]}""", "the request should have 'inputs', an array of tensors")]
    [InlineData("""{"inputs":null}""", "inputs should be an array, got null")]
    [InlineData("""{"inputs":{"x":[1]}}""", "inputs should be an array, got an object")]
    [InlineData("""{"id":7}""", "id should be a string, got a number")]
    [InlineData("""{"parameters":"x"}""", "parameters should be an object, got a string")]
    [InlineData("""{"outputs":{}}""", "outputs should be an array, got an object")]
    [InlineData("""{"outputs":["y"]}""", "outputs[0] should be an object, got a string")]
    [InlineData("""{"outputs":[{"name":"y"},{}]}""", "outputs[1] lacks 'name'")]
    public void An_invalid_request_is_rejected_with_the_reason(string body, string message) => Assert.Equal(message, ErrorOf(body));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]""")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}}""")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]} {}""")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1}""")]
    [InlineData("""{"inputs":[{"data":[1,"shape":[1],"datatype":"FP32","name":"x"}]}""")]
    public void A_body_that_is_not_json_is_rejected(string body)
        => Assert.StartsWith("Unrecognized request format: not valid JSON at line 1, byte ", ErrorOf(body), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"i\ud800":1}""")]
    [InlineData("""{"\ud800\ud800":1}""")]
    [InlineData("""{"inputs\udc00":1}""")]
    [InlineData("""{"\u0069nput\ud800":1}""")]
    [InlineData("""{"inputs":[{"\ud800\ud800":1}]}""")]
    [InlineData("""{"inputs":[{"\ud800":1}]}""")]
    [InlineData("""{"inputs":[{"name":"\ud800"}]}""")]
    [InlineData("""{"inputs":[{"name":"x","datatype":"\ud800"}]}""")]
    [InlineData("""{"parameters":{"\ud800":1}}""")]
    [InlineData("""{"parameters":{"a":"\ud800"}}""")]
    [InlineData("""{"outputs":[{"\ud800":1}]}""")]
    [InlineData("""{"outputs":[{"nam\ud800":1}]}""")]
    [InlineData("""{"id":"\ud800"}""")]
    public void An_unpaired_surrogate_is_rejected_at_any_position(string body) => Assert.NotEmpty(ErrorOf(body));

    [Fact]
    public void A_body_that_is_not_utf8_is_rejected()
    {
        var exception = Assert.Throws<InvalidInputException>(() => InferRequestJson.Read([.. "{\"id\":\""u8, 0xFF, .. "\"}"u8], default));

        Assert.Equal("Unrecognized request format: the body is not valid UTF-8.", exception.Message);
    }

    [Theory]
    [InlineData(20, true)]
    [InlineData(1_000_000, false)]
    public void Nesting_is_limited(int depth, bool read)
    {
        var data = new string('[', depth) + "1" + new string(']', depth);

        var body = $$"""{"inputs":[{"name":"x","shape":[{{string.Join(',', Enumerable.Repeat(1, Math.Min(depth, 32)))}}],"datatype":"FP32","data":{{data}}}]}""";

        if (read) InferRequestJson.Read(Json.Utf8(body), default).Dispose();
        else Assert.Equal("JSON nesting depth exceeds maximum allowed limit (100)", ErrorOf(body));
    }

    private static string ErrorOf(string body) => Assert.Throws<InvalidInputException>(() => InferRequestJson.Read(Json.Utf8(body), default)).Message;
}
