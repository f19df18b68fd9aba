using InferenceServices.Explainer;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;
using InferenceServices.Transformer;
using Microsoft.AspNetCore.Builder;

namespace InferenceServices.Functional.Tests.Transformer;

/// <summary>For every protocol of the predictor, the client gets the same bytes as from the collocated topology.</summary>
[Collection(LangIdShared.Name)]
public sealed class PredictorProtocolTests(LangIdServers servers)
{
    private static readonly string[] Bodies =
    [
        """{"text":"Some random text in any language"}""",
        """{"text":"Això és una prova."}""",
        """{"text":"これは言語を判定するサービスです。"}""",
        """{"text":"a"}""",
        """{"text":"Ceci n'est pas une pipe, et la suite de la phrase est plus longue que les autres pour qu'il y ait bien des n-grammes à compter."}""",
    ];

    public static TheoryData<string> Protocols => ["v1", "v2", "V2", "grpc-v2", "GRPC-V2"];

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [MemberData(nameof(Protocols))]
    public Task The_transformer_returns_the_same_bytes_for_every_protocol(string protocol) => AssertSame(TransformerHost.Build, $"--predictor_protocol={protocol}", protocol);

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [MemberData(nameof(Protocols))]
    public Task The_explainer_returns_the_same_bytes_for_every_protocol(string protocol) => AssertSame(ExplainerHost.Build, $"--predictor_protocol={protocol}", protocol);

    [Fact(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    public Task The_older_name_of_the_switch_is_accepted() => AssertSame(TransformerHost.Build, "--protocol=grpc-v2", "grpc-v2");

    [Fact(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    public async Task The_metadata_are_requested_once_and_then_tensors_are_binary()
    {
        var seen = new List<string>();
        var builder = WebApplication.CreateSlimBuilder();
        var relay = builder.Build();
        relay.Urls.Add("http://127.0.0.1:0");
        relay.Run(async http =>
        {
            using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), http.Request.Path);
            if (http.Request.ContentLength > 0)
            {
                request.Content = new StreamContent(http.Request.Body);
                request.Headers.Add("Inference-Header-Content-Length", http.Request.Headers["Inference-Header-Content-Length"].ToString());
            }
            using var response = await servers.Predictor.Client.SendAsync(request);
            seen.Add($"{http.Request.Method} {http.Request.Path} {http.Request.ContentType} → {response.Content.Headers.ContentType}");
            if (response.Headers.TryGetValues("Inference-Header-Content-Length", out var lengths)) http.Response.Headers["Inference-Header-Content-Length"] = lengths.Single();
            await response.Content.CopyToAsync(http.Response.Body);
        });
        await using var between = await RunningServer.StartAsync(relay);
        await using var split = await RunningServer.StartAsync(
            TransformerHost.Build, "--model_name=langid", $"--model_dir={TestData.LangIdModel}", $"--predictor_host={between.Host}");

        foreach (var body in Bodies.Take(2)) (await split.PostAsync("/v1/models/langid:predict", body)).AssertOk();

        const string Infer = "POST /v2/models/langid/infer application/octet-stream → application/octet-stream";
        Assert.Equal(["GET /v2  → application/json", Infer, Infer], seen);
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [MemberData(nameof(Protocols))]
    public async Task Readiness_depends_on_the_predictor_in_every_protocol(string protocol)
    {
        await using var known = await StartAsync(TransformerHost.Build, protocol, $"--predictor_protocol={protocol}", "--enable_predictor_health_check");

        Assert.Equal(200, (await known.GetAsync("/v2/health/ready")).Status);
        Assert.Equal(200, (await known.GetAsync("/v1/models/langid")).Status);
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [MemberData(nameof(Protocols))]
    public async Task Concurrent_requests_get_their_own_responses(string protocol)
    {
        await using var split = await StartAsync(TransformerHost.Build, protocol, $"--predictor_protocol={protocol}");
        var alone = new Dictionary<string, string>();
        foreach (var body in Bodies) alone[body] = (await servers.Collocated.PostAsync("/v1/models/langid:predict", body)).AssertOk().Body;

        await Parallel.ForEachAsync(
            Enumerable.Repeat(Bodies, 40).SelectMany(body => body),
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (body, _) => Assert.Equal(alone[body], (await split.PostAsync("/v1/models/langid:predict", body)).AssertOk().Body));
    }

    private async Task AssertSame(Func<string[], WebApplication> build, string option, string protocol)
    {
        await using var split = await StartAsync(build, protocol, option);
        foreach (var body in Bodies)
        {
            var collocated = (await servers.Collocated.PostAsync("/v1/models/langid:predict", body)).AssertOk();
            Assert.Equal(collocated.Body, (await split.PostAsync("/v1/models/langid:predict", body)).AssertOk().Body);
        }
    }

    private Task<RunningServer> StartAsync(Func<string[], WebApplication> build, string protocol, params string[] options)
    {
        var host = protocol.StartsWith("grpc", StringComparison.OrdinalIgnoreCase) ? servers.Predictor.GrpcAddress.Authority : servers.Predictor.Host;
        return RunningServer.StartAsync(build, ["--model_name=langid", $"--model_dir={TestData.LangIdModel}", $"--predictor_host={host}", .. options]);
    }
}
