using System.Text.Json;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Predictor;

[Collection(nameof(PredictorFixture))]
public sealed class V2ConformanceTests(PredictorFixture predictor)
{
    private const string Ones = """{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}""";

    private readonly RunningServer _server = predictor.Server;

    [Fact]
    public async Task The_server_is_live() => (await _server.GetAsync("/v2/health/live")).AssertOk("""{"live":true}""");

    [Fact]
    public async Task The_server_is_ready() => (await _server.GetAsync("/v2/health/ready")).AssertOk("""{"ready":true}""");

    [Fact]
    public async Task The_server_says_its_name_version_and_extensions()
    {
        var server = (await _server.GetAsync("/v2")).AssertOk().Json;

        Assert.Equal(["name", "version", "extensions"], server.EnumerateObject().Select(field => field.Name));
        Assert.Equal("inference-services", server.GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Array, server.GetProperty("extensions").ValueKind);
    }

    [Fact]
    public async Task The_models_are_listed()
        => Assert.Equal((await _server.GetAsync("/v1/models")).Body, (await _server.GetAsync("/v2/models")).Body);

    [Fact]
    public async Task A_model_says_what_its_file_declares()
        => (await _server.GetAsync("/v2/models/tree-ensemble")).AssertOk(
            """{"name":"tree-ensemble","versions":["1"],"platform":"onnxruntime_onnx","inputs":[{"name":"x","datatype":"FP32","shape":[-1,4]}],"""
            + "\"outputs\":[{\"name\":\"label\",\"datatype\":\"INT64\",\"shape\":[-1]},"
            + """{"name":"probabilities","datatype":"FP32","shape":[-1,3]}]}""");

    [Theory]
    [InlineData("/v2/models/iris-mlp/ready", "iris-mlp")]
    [InlineData("/v2/models/versioned/versions/1/ready", "versioned")]
    [InlineData("/v2/models/versioned/versions/2/ready", "versioned")]
    public async Task A_loaded_model_is_ready(string path, string name)
        => (await _server.GetAsync(path)).AssertOk($$"""{"name":"{{name}}","ready":true}""");

    [Fact]
    public async Task Every_version_has_metadata_that_lists_them_all()
    {
        var whole = await _server.GetAsync("/v2/models/versioned");
        var first = await _server.GetAsync("/v2/models/versioned/versions/1");

        Assert.Equal(["1", "2"], whole.Json.GetProperty("versions").EnumerateArray().Select(version => version.GetString()));
        Assert.Equal(whole.Body, first.Body);
    }

    [Theory]
    [InlineData("/v2/models/versioned/infer", "2", 3)]
    [InlineData("/v2/models/versioned/versions/1/infer", "1", 2)]
    [InlineData("/v2/models/versioned/versions/2/infer", "2", 3)]
    public async Task The_highest_version_answers_unless_another_is_named(string path, string version, double expected)
    {
        var answer = await _server.PostAsync(path, Ones);

        Assert.Equal((200, version), (answer.Status, answer.Json.GetProperty("model_version").GetString()));
        Assert.Equal(expected, answer.Json.GetProperty("outputs")[0].GetProperty("data")[0].GetDouble());
    }

    [Theory]
    [InlineData("/v2/models/versioned/versions/3")]
    [InlineData("/v2/models/versioned/versions/3/ready")]
    [InlineData("/v2/models/versioned/versions/01")]
    public async Task An_unknown_version_is_not_found(string path)
        => (await _server.GetAsync(path)).AssertRefused(404, "model_not_found");

    [Fact]
    public async Task An_unknown_version_does_not_answer()
        => (await _server.PostAsync("/v2/models/versioned/versions/3/infer", Ones)).AssertRefused(
            404, "model_not_found", "Model with name versioned and version 3 does not exist.");

    [Fact]
    public async Task The_requests_id_comes_back_in_the_body()
    {
        var answer = await _server.PostAsync("/v2/models/versioned/infer", Ones.Replace("{\"inputs\"", "{\"id\":\"my id é\",\"inputs\"", StringComparison.Ordinal));

        Assert.Equal("my id é", answer.Json.GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_request_without_an_id_gets_that_of_the_header()
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/v2/models/versioned/infer") { Content = RunningServer.Json(Ones) };
        message.Headers.Add("x-request-id", "header-7");
        var named = await Answer.OfAsync(await _server.Client.SendAsync(message));
        var unnamed = await _server.PostAsync("/v2/models/versioned/infer", Ones);

        Assert.Equal("header-7", named.Json.GetProperty("id").GetString());
        Assert.Equal(unnamed.Headers.GetValues("x-request-id").Single(), unnamed.Json.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Only_the_outputs_asked_for_come()
    {
        var answer = await _server.PostAsync(
            "/v2/models/tree-ensemble/infer",
            """{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","data":[[5.1,3.5,1.4,0.2]]}],"outputs":[{"name":"label"}]}""");

        Assert.Equal("""[{"name":"label","shape":[1],"datatype":"INT64","data":[0]}]""", answer.Json.GetProperty("outputs").GetRawText());
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
        """{"inputs":[{"name":"z","shape":[1,4],"datatype":"FP32","data":[1,2,3,4]}]}""", "unexpected inference input 'z' for model 'iris-mlp'")]
    [InlineData(
        """{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","data":[1,2,3,4]}],"outputs":[{"name":"q"}]}""",
        "unexpected inference output 'q' for model 'iris-mlp'")]
    public async Task What_does_not_fit_the_model_is_refused_in_tritons_words(string body, string error)
        => (await _server.PostAsync("/v2/models/iris-mlp/infer", body)).AssertRefused(400, "invalid_input", error);
}
