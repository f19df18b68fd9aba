using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Predictor;

/// <summary>V1 bodies and their conversion to tensors.</summary>
[Collection(nameof(PredictorFixture))]
public sealed class InstancesTests(PredictorFixture predictor)
{
    private readonly RunningServer _server = predictor.Server;

    [Theory]
    [InlineData("fixed", """{"instances":[[1,2,3],[4,5,6]]}""", """{"predictions":[6,15]}""")]
    [InlineData("fixed", """{"inputs":[[1,2,3],[4,5,6]]}""", """{"outputs":[6,15]}""")]
    [InlineData("fixed", """{"inputs":{"x":[[1,2,3],[4,5,6]]}}""", """{"outputs":[6,15]}""")]
    [InlineData("free", """{"instances":[[1.5,-2]]}""", """{"predictions":[[1.5,-2]]}""")]
    [InlineData("free", """{"instances":[{"x":[1,2]},{"x":[3,4]}]}""", """{"predictions":[[1,2],[3,4]]}""")]
    [InlineData("free", """{"instances":[]}""", """{"predictions":[]}""")]
    [InlineData("versioned", """{"instances":[1,2]}""", """{"predictions":[3,4]}""")]
    [InlineData("versioned", """{"inputs":[{"x":[1,2]},{"x":3}]}""", """{"predictions":[3,4,5]}""")]
    [InlineData("versioned", """{"inputs":[[{"x":1},{"x":2}],[{"x":3}]]}""", """{"predictions":[3,4,5]}""")]
    [InlineData("versioned", """{"instances":[[{"x":1},{"x":2}]]}""", """{"predictions":[3,4]}""")]
    [InlineData("versioned", """{"inputs":[{"x":[1,null]}],"parameters":{},"signature_name":"s"}""", """{"predictions":[3,null]}""")]
    [InlineData("mixed", """{"inputs":[{"prices":[1,2],"count":2,"member":false}]}""", """{"predictions":[{"total":6,"whole":6,"discount":false}]}""")]
    [InlineData("scalar", """{"inputs":2}""", null)]
    public async Task Predictions_have_the_form_of_the_instances(string model, string body, string? expected)
    {
        var answer = await _server.PostAsync($"/v1/models/{model}:predict", body);

        if (expected is not null) answer.AssertOk(expected);
        else Assert.Equal(200, answer.Status);
    }

    [Theory]
    [InlineData("""{"instances":[[5.1,3.5,1.4,0.2],[6.3,2.8,5.1,1.5]]}""", "predictions")]
    [InlineData("""{"instances":[{"x":[5.1,3.5,1.4,0.2]},{"x":[6.3,2.8,5.1,1.5]}]}""", "predictions")]
    [InlineData("""{"inputs":[[5.1,3.5,1.4,0.2],[6.3,2.8,5.1,1.5]]}""", "outputs")]
    [InlineData("""{"inputs":{"x":[[5.1,3.5,1.4,0.2],[6.3,2.8,5.1,1.5]]}}""", "outputs")]
    public async Task Iris_species_are_predicted_for_every_form_of_instances(string body, string field)
    {
        var answer = await _server.PostAsync("/v1/models/iris-mlp:predict", body);

        var rows = answer.Json.GetProperty(field).EnumerateArray().Select(row => row.EnumerateArray().Select(p => p.GetDouble()).ToArray()).ToArray();
        Assert.Equal(2, rows.Length);
        Assert.Equal([0.9997953, 0.00020060694, 4.0470904e-06], rows[0], (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal([0.0013334856, 0.6482767, 0.35038984], rows[1], (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public async Task Several_outputs_are_returned_as_one_object_per_row()
    {
        var answer = await _server.PostAsync("/v1/models/tree-ensemble:predict", """{"instances":[[5.1,3.5,1.4,0.2],[5.9,3.2,4.8,1.8]]}""");

        var rows = answer.Json.GetProperty("predictions").EnumerateArray().ToArray();
        Assert.Equal(["label", "probabilities"], rows[0].EnumerateObject().Select(field => field.Name));
        Assert.All(rows, row => Assert.Equal(1, row.GetProperty("probabilities").EnumerateArray().Sum(p => p.GetDouble()), 1e-5));
        Assert.Equal(0, rows[0].GetProperty("label").GetInt64());
    }

    [Fact]
    public async Task Several_outputs_in_column_format_are_returned_as_named_tensors()
    {
        var answer = await _server.PostAsync(
            "/v1/models/mixed:predict", """{"inputs":{"prices":[[1.5,2.5],[1,1]],"count":[2,1],"member":[true,false]}}""");

        Assert.Equal(200, answer.Status);
        var outputs = answer.Json.GetProperty("outputs");
        Assert.Equal(["total", "whole", "discount"], outputs.EnumerateObject().Select(field => field.Name));
        Assert.All(outputs.EnumerateObject(), output => Assert.Equal(2, output.Value.GetArrayLength()));
    }

    [Fact]
    public async Task Objects_with_several_inputs_may_have_keys_in_any_order()
    {
        var forward = await _server.PostAsync("/v1/models/mixed:predict", """{"instances":[{"prices":[1.5,2.5],"count":2,"member":true}]}""");
        var backward = await _server.PostAsync("/v1/models/mixed:predict", """{"instances":[{"member":true,"count":2,"prices":[1.5,2.5]}]}""");

        Assert.Equal(200, forward.Status);
        Assert.Equal(forward.Body, backward.Body);
    }

    [Fact]
    public async Task Text_is_returned_unchanged()
    {
        var answer = await _server.PostAsync("/v1/models/string-input:predict", """{"instances":["","no such word"]}""");

        var rows = answer.Json.GetProperty("predictions").EnumerateArray().ToArray();
        Assert.Equal(2, rows.Length);
        Assert.All(rows, row => Assert.Equal(System.Text.Json.JsonValueKind.String, row.GetProperty("language").ValueKind));
    }

    [Fact]
    public async Task Text_can_be_sent_in_base64()
    {
        var text = await _server.PostAsync("/v1/models/string-input:predict", """{"instances":["hello","é"]}""");
        var base64 = await _server.PostAsync("/v1/models/string-input:predict", """{"instances":[{"b64":"aGVsbG8="},{"b64":"w6k="}]}""");

        Assert.Equal(text.AssertOk().Body, base64.AssertOk().Body);
        (await _server.PostAsync("/v1/models/string-input:predict", """{"instances":[{"b64":"aGVsbG8"}]}""")).AssertError(
            400, "invalid_input", "instances: value 0 should be a string or {\"b64\":\"<base64>\"}, got something else");
        (await _server.PostAsync("/v2/models/string-input/infer", """{"inputs":[{"name":"text","shape":[1],"datatype":"BYTES","data":[{"b64":"aGk="}]}]}"""))
            .AssertError(400, "invalid_input", "input 'text': value 0 should be BYTES, got an object");
    }
}
