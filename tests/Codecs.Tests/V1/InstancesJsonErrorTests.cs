using InferenceServices.Codecs.V1;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.Tests.V1;

public sealed class InstancesJsonErrorTests
{
    private static readonly TensorJsonFormat Format = new(Base64: true);

    private static readonly ModelMetadata One = Json.Model(new TensorMetadata("x", Datatype.Fp32, new Shape(-1, 2)));

    private static readonly ModelMetadata Two = Json.Model(
        new TensorMetadata("x", Datatype.Fp32, new Shape(-1)), new TensorMetadata("y", Datatype.Int64, new Shape(-1)));

    [Theory]
    [InlineData("{}", "the request should have \"instances\", a list of rows, or \"inputs\", the model's inputs by name")]
    [InlineData("""{"data":[1]}""", "the request should have \"instances\", a list of rows, or \"inputs\", the model's inputs by name")]
    [InlineData("[[1,2]]", "the request body should be an object, got an array")]
    [InlineData("""{"instances":5}""", "Expected \"instances\" to be a list")]
    [InlineData("""{"instances":null}""", "Expected \"instances\" to be a list")]
    [InlineData("""{"instances":{"x":[1]}}""", "Expected \"instances\" to be a list")]
    [InlineData("""{"instances":[[1,2],[3]]}""", "instances should be rectangular: found an array of 1 where the first at this depth has 2")]
    [InlineData("""{"instances":[[1,"2"]]}""", "instances: value 1 should be FP32, got a string")]
    [InlineData("""{"instances":[[1,2],{"x":[1,2]}]}""", "instances: value 2 should be FP32, got an object")]
    [InlineData("""{"instances":[{"x":[1,2]},[1,2]]}""", "instances[1][0] should be an object like the first, got a number")]
    [InlineData("""{"instances":[{"x":[1,2]},{}]}""", "instances[1] lacks input 'x' of model 'm'")]
    [InlineData("""{"instances":[{"x":[1,2],"z":1}]}""", "instances[0]: unexpected inference input 'z' for model 'm'. Expected 'x'")]
    [InlineData("""{"instances":[{"x":[1,2],"x":[1,2]}]}""", "instances[0]: input 'x' is there twice")]
    [InlineData("""{"instances":[{"x":[1,2]},{"x":[1,2,3]}]}""", "input 'x' of instances should be rectangular: found an array of 3 where the first at this depth has 2")]
    [InlineData("""{"inputs":{"z":[1]}}""", "unexpected inference input 'z' for model 'm'. Expected 'x'")]
    [InlineData("""{"inputs":{"x":[[1],[2,3]]}}""", "input 'x' should be rectangular: found an array of 2 where the first at this depth has 1")]
    [InlineData("""{"inputs":"text"}""", "input 'x': value 0 should be FP32, got a string")]
    public void A_body_that_does_not_match_a_model_of_one_input_is_rejected(string body, string message) => Assert.Equal(message, ErrorOf(body, One));

    [Theory]
    [InlineData("""{"instances":[[1,2]]}""", "instances should give the model's inputs by name: model 'm' has 'x', 'y'")]
    [InlineData("""{"instances":[]}""", "instances should give the model's inputs by name: model 'm' has 'x', 'y'")]
    [InlineData("""{"inputs":[1]}""", "inputs should give the model's inputs by name: model 'm' has 'x', 'y'")]
    [InlineData("""{"instances":[{"x":1,"y":2},{"y":2}]}""", "instances[1] lacks input 'x' of model 'm'")]
    [InlineData("""{"instances":[{"x":1,"y":2.5}]}""", "input 'y' of instances: value 0 should be INT64, got 2.5")]
    [InlineData("""{"instances":[{"x":[1,2],"y":[1]}]}""", "instances[0]: input 'y' has 1 values where another has 2")]
    [InlineData("""{"instances":[{"x":[1,2],"y":1}]}""", "instances[0]: input 'y' has 1 values where another has 2")]
    [InlineData("""{"instances":[{"x":[[1,2]],"y":1}]}""", "input 'x' of instances should have one value a row, got values of shape [1,2]")]
    [InlineData("""{"instances":[{"x":[],"y":[],"x":[]}]}""", "instances[0]: input 'x' is there twice")]
    [InlineData("""{"instances":[[{"x":1,"y":1},{"x":1}]]}""", "instances[0][1] lacks input 'y' of model 'm'")]
    [InlineData("""{"instances":[{"x":[1,2],"y":[1,2]},{"x":3}]}""", "instances[1] lacks input 'y' of model 'm'")]
    [InlineData("""{"instances":[[{"x":1,"y":1}],[5]]}""", "instances[1][0] should be an object like the first, got a number")]
    [InlineData("""{"instances":[{"x":1,"y":1},7]}""", "instances[1] should be an object like the first, got a number")]
    [InlineData("""{"instances":[{"x":1,"y":1},[[{"x":1,"y":1}]]]}""", "instances[1][0] should be an object like the first, got an array")]
    [InlineData("""{"inputs":[{"x":1}]}""", "inputs[0] lacks input 'y' of model 'm'")]
    [InlineData("""{"inputs":[{}]}""", "inputs[0] lacks input 'x' of model 'm'")]
    [InlineData("""{"inputs":[{"y":1},{"z":1}]}""", "inputs[1]: unexpected inference input 'z' for model 'm'. Expected 'x', 'y'")]
    [InlineData("""{"inputs":[{"y":1,"x":null},{"y":null}]}""", "input 'y' of inputs: value 1 should be INT64, got null")]
    public void A_body_that_does_not_match_a_model_of_two_inputs_is_rejected(string body, string message) => Assert.Equal(message, ErrorOf(body, Two));

    [Theory]
    [InlineData("")]
    [InlineData("instances=1")]
    [InlineData("""{"instances":[[1,2]]""")]
    [InlineData("""{"instances":[[1,2]]} extra""")]
    [InlineData("""{"instances":[[1,2]],"later":oops}""")]
    public void A_body_that_is_not_json_is_rejected(string body)
        => Assert.StartsWith("Unrecognized request format: not valid JSON at line 1, byte ", ErrorOf(body, One), StringComparison.Ordinal);

    [Theory]
    [InlineData("{\"instances\":[[NaN,1]]}", 1, 16)]
    [InlineData("{\"instances\":[[1,Infinity]]}", 1, 18)]
    [InlineData("{\"instances\":\n[[1,\n -Infinity]]}", 3, 3)]
    [InlineData("{\"a\":\"NaN\",\"instances\":NaN}", 1, 24)]
    public void The_error_names_a_token_that_json_does_not_have(string body, int line, int position)
    {
        var expected = $"NaN and Infinity are not JSON; start the server with --json_nonfinite=literal to send them (line {line}, byte {position}).";
        Assert.Equal(expected, ErrorOf(body, One));
        Assert.Equal(expected, Assert.Throws<InvalidInputException>(
            () => InstancesJson.Read(Json.Utf8(body), One, new TensorJsonFormat(NonFiniteNumbers.Error), out _)).Message);
    }

    [Theory]
    [InlineData("""{"instances":[[Nan,1]]}""")]
    [InlineData("""{"instances":[[+Infinity,1]]}""")]
    [InlineData("""{"instances":[[--Infinity,1]]}""")]
    [InlineData("""{"instances":[[NaNNaN,1]]}""")]
    [InlineData("""{"instances":[[1NaN,1]]}""")]
    [InlineData("""{"instances":[["x,NaN]]}""")]
    [InlineData("""{"instances":[[NaN,1]""")]
    [InlineData("""{"instances":[["\""")]
    [InlineData("NaN")]
    [InlineData("N")]
    [InlineData("\"")]
    public void Similar_tokens_are_rejected_even_if_tokens_are_enabled(string body)
        => Assert.Throws<InvalidInputException>(
            () => InstancesJson.Read(Json.Utf8(body), One, new TensorJsonFormat(NonFiniteNumbers.Literal), out _));

    [Theory]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"instances\ud800":1}""")]
    [InlineData("""{"instances":[{"\ud800":1}]}""")]
    [InlineData("""{"instances":[{"\ud800\udc":1}]}""")]
    [InlineData("""{"inputs":{"\udc00":1}}""")]
    public void An_unpaired_surrogate_in_a_key_is_rejected(string body) => Assert.NotEmpty(ErrorOf(body, One));

    [Fact]
    public void The_number_of_missing_values_is_limited()
    {
        var wide = Json.Model([.. Enumerable.Range(0, 1_025).Select(i => new TensorMetadata($"x{i}", Datatype.Fp32, new Shape(-1)))]);
        var rows = string.Join(',', Enumerable.Repeat('1', 16_385));

        Assert.Equal("inputs[0]: the table lacks more than 16777216 values", ErrorOf($"{{\"inputs\":[{{\"x0\":[{rows}]}}]}}", wide));
    }

    [Theory]
    [InlineData("""{"instances":[]}""", "instances should be [{}]: model 'm' needs no inputs")]
    [InlineData("""{"instances":[1]}""", "instances should be [{}]: model 'm' needs no inputs")]
    [InlineData("""{"instances":[{},{}]}""", "instances should be [{}]: model 'm' needs no inputs")]
    [InlineData("""{"inputs":[1]}""", "inputs should be {}: model 'm' needs no inputs")]
    [InlineData("{}", "the request should have \"instances\", a list of rows, or \"inputs\", the model's inputs by name")]
    public void Inputs_for_a_model_without_inputs_are_rejected(string body, string message) => Assert.Equal(message, ErrorOf(body, Json.Model()));

    private static string ErrorOf(string body, ModelMetadata model)
        => Assert.Throws<InvalidInputException>(() => InstancesJson.Read(Json.Utf8(body), model, Format, out _)).Message;
}
