using System.Text;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Predictor;

[Collection(nameof(PredictorFixture))]
public sealed class RefusalTests(PredictorFixture predictor)
{
    private readonly RunningServer _server = predictor.Server;

    public static TheoryData<string> Operations { get; } = ["/v1/models/iris-mlp:predict", "/v2/models/iris-mlp/infer"];

    [Theory]
    [InlineData("GET", "/v1/models/other")]
    [InlineData("GET", "/v2/models/other")]
    [InlineData("GET", "/v2/models/other/ready")]
    [InlineData("GET", "/v2/models/other/versions/1")]
    [InlineData("POST", "/v1/models/other:predict")]
    [InlineData("POST", "/v1/models/other:explain")]
    [InlineData("POST", "/v2/models/other/infer")]
    public async Task An_unknown_model_is_not_found_whatever_the_body(string method, string path)
        => (await _server.SendAsync(new HttpMethod(method), path, method == "POST" ? RunningServer.Json("not json") : null))
            .AssertRefused(404, "model_not_found", "Model with name other does not exist.");

    [Theory]
    [InlineData("/nothing")]
    [InlineData("/v1")]
    [InlineData("/v3/models")]
    [InlineData("/v2/models/iris-mlp/nothing")]
    public async Task An_unknown_path_is_not_found_and_named(string path)
        => (await _server.GetAsync(path)).AssertRefused(404, "not_found", $"There is nothing at {path}.");

    [Theory]
    [InlineData("POST", "/", "GET")]
    [InlineData("DELETE", "/v1/models", "GET")]
    [InlineData("PUT", "/v2/models/iris-mlp/infer", "POST")]
    [InlineData("GET", "/v2/models/iris-mlp/infer", "POST")]
    [InlineData("POST", "/v2/health/live", "GET")]
    [InlineData("GET", "/v1/models/iris-mlp:predict", "POST")]
    [InlineData("PUT", "/v1/models/iris-mlp:predict", "POST")]
    [InlineData("GET", "/v1/models/iris-mlp:explain", "POST")]
    public async Task A_wrong_verb_is_refused_with_the_right_one(string method, string path, string allowed)
    {
        using var message = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await _server.Client.SendAsync(message);

        Assert.Equal([allowed], response.Content.Headers.Allow);
        (await Answer.OfAsync(response)).AssertRefused(405, "method_not_allowed", $"{path} does not take {method}; it takes {allowed}.");
    }

    [Fact]
    public async Task A_wrong_head_is_refused_without_a_body()
    {
        var answer = await _server.SendAsync(HttpMethod.Head, "/v2/models/iris-mlp/infer");

        Assert.Equal((405, ""), (answer.Status, answer.Body));
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_body_that_is_no_json_object_is_refused(string path)
    {
        foreach (var body in new[] { "", " ", "hello", "{", "{\"instances\":[[1,2,3,4]]", "[[1,2,3,4]]", "\"x\"", "7", "null", "{}", "{\"\\ud800\":1}" })
            (await _server.PostAsync(path, body)).AssertRefused(400, "invalid_input");
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_body_that_is_not_utf8_is_refused(string path)
        => (await _server.PostAsync(path, RunningServer.Raw([.. "{\"instances\":\""u8, 0xC3, 0x28, .. "\"}"u8])))
            .AssertRefused(400, "invalid_input", "Unrecognized request format: the body is not valid UTF-8.");

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_body_without_end_of_brackets_is_refused(string path)
        => (await _server.PostAsync(path, "{\"instances\":" + new string('[', 1_000_000))).AssertRefused(400, "invalid_input");

    [Theory]
    [InlineData(null)]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/octet-stream")]
    [InlineData("application/ld+json")]
    [InlineData("text/plain")]
    public async Task Any_content_type_or_none_is_taken(string? contentType)
    {
        var v1 = RunningServer.Json("""{"instances":[1]}""", contentType);
        var v2 = RunningServer.Json("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}""", contentType);

        (await _server.PostAsync("/v1/models/versioned:predict", v1)).AssertOk("""{"predictions":[3]}""");
        Assert.Equal(200, (await _server.PostAsync("/v2/models/versioned/infer", v2)).Status);
    }

    [Fact]
    public async Task Ten_megabytes_of_text_are_one_string()
    {
        var text = new string('é', 5_000_000);

        var answer = await _server.PostAsync("/v1/models/string-input:predict", $$"""{"instances":["{{text}}"]}""");

        Assert.Equal(200, answer.Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_over_the_limit_is_answered_and_the_server_goes_on(bool chunked)
    {
        foreach (var path in new[] { "/v1/models/iris-mlp:predict", "/v2/models/iris-mlp/infer" })
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, path)
            {
                Content = RunningServer.Raw(Encoding.UTF8.GetBytes(new string(' ', PredictorFixture.PayloadLimit + 1))),
            };
            message.Headers.TransferEncodingChunked = chunked;

            (await Answer.OfAsync(await _server.Client.SendAsync(message))).AssertRefused(
                413, "payload_too_large", $"The request body is larger than the {PredictorFixture.PayloadLimit} bytes this service takes.");
            (await _server.GetAsync("/")).AssertOk("""{"status":"alive"}""");
        }
    }
}
