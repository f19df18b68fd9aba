using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Predictor;

/// <summary>Inputs that match a model and inputs that do not.</summary>
[Collection(nameof(PredictorFixture))]
public sealed class FitTests(PredictorFixture predictor)
{
    private readonly RunningServer _server = predictor.Server;

    [Fact]
    public async Task One_string_can_have_ten_megabytes()
    {
        var text = new string('é', 5_000_000);

        var answer = await _server.PostAsync("/v1/models/string-input:predict", $$"""{"instances":["{{text}}"]}""");

        Assert.Equal(200, answer.Status);
    }

    [Theory]
    [InlineData("""{"inputs":[{"name":"x","shape":[2,4],"datatype":"FP32","data":[1,2,3,4]}]}""", "input 'x': shape [2,4] needs 8 values, got 4")]
    [InlineData(
        """{"inputs":[{"name":"x","shape":[1,3],"datatype":"FP32","data":[1,2,3]}]}""",
        "unexpected shape for input 'x' for model 'iris-mlp'. Expected [-1,4], got [1,3]")]
    [InlineData(
        """{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP64","data":[1,2,3,4]}]}""",
        "inference input 'x' data-type is 'FP64', but model 'iris-mlp' expects 'FP32'")]
    [InlineData(
        """{"inputs":[{"name":"z","shape":[1,4],"datatype":"FP32","data":[1,2,3,4]}]}""", "unexpected inference input 'z' for model 'iris-mlp'. Expected 'x'")]
    [InlineData(
        """{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","data":[1,2,3,4]}],"outputs":[{"name":"q"}]}""",
        "unexpected inference output 'q' for model 'iris-mlp'. Expected 'probabilities'")]
    public async Task Inputs_that_do_not_match_the_model_are_rejected_with_the_messages_of_Triton(string body, string error)
        => (await _server.PostAsync("/v2/models/iris-mlp/infer", body)).AssertError(400, "invalid_input", error);
}
