using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Conformance;

/// <summary>Errors for paths and methods over REST.</summary>
[Collection(nameof(Executables))]
public sealed class ErrorTests(Executables executables)
{
    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable("GET", "/v1/models/other")]
    [EachExecutable("GET", "/v2/models/other")]
    [EachExecutable("GET", "/v2/models/other/ready")]
    [EachExecutable("GET", "/v2/models/other/stats")]
    [EachExecutable("GET", "/v2/models/other/config")]
    [EachExecutable("GET", "/v2/models/other/versions/1")]
    [EachExecutable("POST", "/v1/models/other:predict")]
    [EachExecutable("POST", "/v1/models/other:explain")]
    [EachExecutable("POST", "/v2/models/other/infer")]
    [EachExecutable("POST", "/v2/models/other/versions/1/infer")]
    [EachExecutable("PUT", "/v1/models/other")]
    [EachExecutable("PUT", "/v1/models/other:predict")]
    public async Task An_unknown_model_is_not_found_for_every_body(Executable executable, string method, string path)
    {
        var error = (await executables.Of(executable).Server.SendAsync(new HttpMethod(method), path, method == "GET" ? null : RunningServer.Json("not json")))
            .AssertError(404, "model_not_found");

        Assert.StartsWith("Model with name other ", error, StringComparison.Ordinal);
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task An_unknown_operation_is_part_of_the_model_name(Executable executable)
    {
        var subject = executables.Of(executable);

        (await subject.Server.PostAsync(subject.At("/v1/models/{model}:train"), subject.V1)).AssertError(
            404, "model_not_found", subject.At("Model with name {model}:train does not exist."));
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable("7")]
    [EachExecutable("01")]
    [EachExecutable("-1")]
    [EachExecutable("latest")]
    [EachExecutable("99999999999999999999")]
    public async Task An_unknown_version_is_not_found(Executable executable, string version)
    {
        var subject = executables.Of(executable);
        var path = subject.At($"/v2/models/{{model}}/versions/{version}");
        var error = subject.At($"Model with name {{model}} and version {version} does not exist.");

        foreach (var part in new[] { "", "/ready", "/config" }) (await subject.Server.GetAsync(path + part)).AssertError(404, "model_not_found", error);
        (await subject.Server.PostAsync(path + "/infer", subject.V2().ToJsonString())).AssertError(404, "model_not_found", error);
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable("/nothing")]
    [EachExecutable("/v1")]
    [EachExecutable("/v3/models")]
    [EachExecutable("/favicon.ico")]
    [EachExecutable("/v2/models/{model}/nothing")]
    public async Task An_unknown_path_is_not_found_and_the_error_names_it(Executable executable, string path)
    {
        var subject = executables.Of(executable);

        (await subject.Server.GetAsync(subject.At(path))).AssertError(404, "not_found", subject.At($"There is nothing at {path}."));
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task The_error_shortens_a_long_path(Executable executable)
    {
        var server = executables.Of(executable).Server;

        (await server.GetAsync("/" + new string('x', 199))).AssertError(404, "not_found", $"There is nothing at /{new string('x', 199)}.");
        (await server.GetAsync("/" + new string('x', 8_000))).AssertError(404, "not_found", $"There is nothing at /{new string('x', 199)}….");
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable("POST", "/", "GET, HEAD")]
    [EachExecutable("POST", "/openapi.json", "GET, HEAD")]
    [EachExecutable("POST", "/v2", "GET, HEAD")]
    [EachExecutable("POST", "/v2/health/live", "GET, HEAD")]
    [EachExecutable("DELETE", "/v1/models", "GET, HEAD")]
    [EachExecutable("POST", "/v1/models/{model}", "GET, HEAD")]
    [EachExecutable("DELETE", "/v2/models/{model}", "GET, HEAD")]
    [EachExecutable("POST", "/v2/models/{model}/ready", "GET, HEAD")]
    [EachExecutable("POST", "/v2/models/stats", "GET, HEAD")]
    [EachExecutable("POST", "/v2/models/{model}/stats", "GET, HEAD")]
    [EachExecutable("POST", "/v2/models/{model}/config", "GET, HEAD")]
    [EachExecutable("GET", "/v1/models/{model}:predict", "POST")]
    [EachExecutable("PUT", "/v1/models/{model}:predict", "POST")]
    [EachExecutable("GET", "/v1/models/{model}:explain", "POST")]
    [EachExecutable("GET", "/v2/models/{model}/infer", "POST")]
    [EachExecutable("PUT", "/v2/models/{model}/versions/1/infer", "POST")]
    [EachExecutable("GET", "/v2/repository/index", "POST")]
    [EachExecutable("GET", "/v2/repository/models/{model}/load", "POST")]
    [EachExecutable("GET", "/v2/repository/models/{model}/unload", "POST")]
    public async Task A_wrong_method_is_405_with_the_allowed_method(Executable executable, string method, string path, string allowed)
    {
        var subject = executables.Of(executable);
        using var message = new HttpRequestMessage(new HttpMethod(method), subject.At(path));
        using var response = await subject.Server.Client.SendAsync(message);

        Assert.Equal(allowed.Split(", "), response.Content.Headers.Allow);
        (await Answer.OfAsync(response)).AssertError(405, "method_not_allowed", subject.At($"{path} does not take {method}; it takes {allowed}."));
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task The_error_of_a_HEAD_request_has_no_body(Executable executable)
    {
        var subject = executables.Of(executable);

        var answer = await subject.Server.SendAsync(HttpMethod.Head, subject.Infer);

        Assert.Equal((405, ""), (answer.Status, answer.Body));
    }
}
