using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using InferenceServices.ModelServer.Codecs.V1;

namespace InferenceServices.ModelServer.Tests.Codecs.V1;

public sealed class InstancesJsonRefusalTests
{
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
    [InlineData("""{"instances":[[1,null]]}""", "instances: value 1 should be FP32, got null")]
    [InlineData("""{"instances":[[1,2],{"x":[1,2]}]}""", "instances: value 2 should be FP32, got an object")]
    [InlineData("""{"instances":[{"x":[1,2]},[1,2]]}""", "instances[1] should be an object like the first, got an array")]
    [InlineData("""{"instances":[{"x":[1,2]},{}]}""", "instances[1] lacks input 'x' of model 'm'")]
    [InlineData("""{"instances":[{"x":[1,2],"z":1}]}""", "instances[0]: unexpected inference input 'z' for model 'm'")]
    [InlineData("""{"instances":[{"x":[1,2],"x":[1,2]}]}""", "instances[0]: input 'x' is there twice")]
    [InlineData("""{"instances":[{"x":[1,2]},{"x":[1,2,3]}]}""", "input 'x' of instances should be rectangular: found an array of 3 where the first at this depth has 2")]
    [InlineData("""{"inputs":{"z":[1]}}""", "unexpected inference input 'z' for model 'm'")]
    [InlineData("""{"inputs":{"x":[[1],[2,3]]}}""", "input 'x' should be rectangular: found an array of 2 where the first at this depth has 1")]
    [InlineData("""{"inputs":"text"}""", "input 'x': value 0 should be FP32, got a string")]
    public void A_body_that_does_not_fit_a_model_of_one_input_is_refused(string body, string message) => Assert.Equal(message, Refused(body, One));

    [Theory]
    [InlineData("""{"instances":[[1,2]]}""", "instances should give the model's inputs by name: model 'm' has 'x', 'y'")]
    [InlineData("""{"instances":[]}""", "instances should give the model's inputs by name: model 'm' has 'x', 'y'")]
    [InlineData("""{"inputs":[1]}""", "inputs should give the model's inputs by name: model 'm' has 'x', 'y'")]
    [InlineData("""{"instances":[{"x":1,"y":2},{"y":2}]}""", "instances[1] lacks input 'x' of model 'm'")]
    [InlineData("""{"instances":[{"x":1,"y":2.5}]}""", "instances[0] input 'y': value 0 should be INT64, got 2.5")]
    [InlineData("""{"instances":[{"x":1,"y":1},{"x":[1],"y":1}]}""", "input 'x' of instances should be rectangular: found an array 1 levels deep where a value was expected")]
    public void A_body_that_does_not_fit_a_model_of_two_inputs_is_refused(string body, string message) => Assert.Equal(message, Refused(body, Two));

    [Theory]
    [InlineData("")]
    [InlineData("instances=1")]
    [InlineData("""{"instances":[[1,2]]""")]
    [InlineData("""{"instances":[[1,2]]} extra""")]
    [InlineData("""{"instances":[[1,2]],"later":oops}""")]
    [InlineData("""{"instances":[[NaN,1]]}""")]
    public void What_is_not_json_is_refused_before_anything_is_used(string body)
        => Assert.StartsWith("Unrecognized request format: not valid JSON at line 1, byte ", Refused(body, One), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"instances\ud800":1}""")]
    [InlineData("""{"instances":[{"\ud800":1}]}""")]
    [InlineData("""{"instances":[{"\ud800\udc":1}]}""")]
    [InlineData("""{"inputs":{"\udc00":1}}""")]
    public void Half_a_character_in_a_key_is_refused(string body) => Assert.NotEmpty(Refused(body, One));

    [Fact]
    public void Half_precision_is_refused()
    {
        var half = Json.Model(new TensorMetadata("x", Datatype.Fp16, new Shape(-1)));

        Assert.StartsWith("receiving FP16 data via JSON is not supported.", Refused("""{"instances":[1]}""", half), StringComparison.Ordinal);
        Assert.StartsWith("receiving FP16 data via JSON is not supported.", Refused("""{"inputs":{"x":[1]}}""", half), StringComparison.Ordinal);
    }

    private static string Refused(string body, ModelMetadata model)
        => Assert.Throws<InvalidInputException>(() => InstancesJson.Read(Json.Utf8(body), model, out _)).Message;
}
