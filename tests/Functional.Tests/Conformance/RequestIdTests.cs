using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Conformance;

/// <summary><c>x-request-id</c>.</summary>
[Collection(nameof(Executables))]
public sealed class RequestIdTests(Executables executables)
{
    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable("/")]
    [EachExecutable("/v2/health/ready")]
    [EachExecutable("/v1/models/other")]
    [EachExecutable("/nothing")]
    [EachExecutable("/v1/models/{model}:predict")]
    public async Task Every_response_has_the_id_of_the_request(Executable executable, string path) => Assert.Equal("my-name", await GetIdAsync(executable, path, "my-name"));

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task A_request_without_an_id_gets_one(Executable executable)
    {
        var first = await GetIdAsync(executable, "/", null);
        var second = await GetIdAsync(executable, "/nothing", null);

        Assert.True(Guid.TryParse(first, out _));
        Assert.True(Guid.TryParse(second, out _));
        Assert.NotEqual(first, second);
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable("caf\u00e9")]
    [EachExecutable("tab\there")]
    public async Task An_invalid_id_is_replaced(Executable executable, string name) => Assert.True(Guid.TryParse(await GetIdAsync(executable, "/", name), out _));

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task An_id_of_one_kilobyte_is_replaced(Executable executable)
        => Assert.True(Guid.TryParse(await GetIdAsync(executable, "/", new string('x', 1_024)), out _));

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task The_header_is_the_id_of_a_V2_request_without_an_id(Executable executable)
    {
        var subject = executables.Of(executable);
        using var message = new HttpRequestMessage(HttpMethod.Post, subject.Infer) { Content = RunningServer.Json(subject.V2().ToJsonString()) };
        message.Headers.Add("x-request-id", "header-7");

        var named = (await Answer.OfAsync(await subject.Server.Client.SendAsync(message))).AssertOk();
        var unnamed = (await subject.InferAsync(subject.V2())).AssertOk();

        Assert.Equal("header-7", named.Json.GetProperty("id").GetString());
        Assert.Equal(unnamed.Headers.GetValues("x-request-id").Single(), unnamed.Json.GetProperty("id").GetString());
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task No_other_request_header_is_returned(Executable executable)
    {
        var subject = executables.Of(executable);
        foreach (var path in new[] { subject.Predict, subject.Explain })
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = RunningServer.Json(subject.V1) };
            message.Headers.Add("Authorization", "Bearer secret-7");
            message.Headers.Add("X-Own", "secret-7");
            using var response = await subject.Server.Client.SendAsync(message);

            Assert.DoesNotContain("secret-7", response.ToString() + await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    private async Task<string> GetIdAsync(Executable executable, string path, string? name)
    {
        var subject = executables.Of(executable);
        using var message = new HttpRequestMessage(HttpMethod.Get, subject.At(path));
        if (name is not null) message.Headers.TryAddWithoutValidation("x-request-id", name);
        using var response = await subject.Server.Client.SendAsync(message);
        return response.Headers.GetValues("x-request-id").Single();
    }
}
