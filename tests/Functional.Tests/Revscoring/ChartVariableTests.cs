using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Functional.Tests.Wiki;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.Functional.Tests.Revscoring;

/// <summary>A program started by the variables of Lift Wing's chart only.</summary>
public sealed class ChartVariableTests
{
    [Theory]
    [InlineData("testwiki-reverted", "test.wikipedia.org")]
    [InlineData("simplewiki-reverted", "simple.wikipedia.org")]
    [InlineData("enwiki-reverted", "mw-api.example")]
    public async Task The_variables_of_a_revscoring_service_name_model_and_wiki(string name, string host)
    {
        await using var proxy = await WikiProxy.StartAsync(new Uri("http://127.0.0.1:1"));
        proxy.Fault = http =>
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.FromResult(true);
        };
        var variables = new Dictionary<string, string>
        {
            ["INFERENCE_NAME"] = name,
            ["WIKI_URL"] = proxy.Url.GetLeftPart(UriPartial.Authority),
            ["WIKI_HOST"] = host,
            ["STORAGE_URI"] = "s3://wmf-ml-models/reverted/",
            ["EVENTGATE_URL"] = "http://127.0.0.1:1/v1/events",
            ["EVENTGATE_STREAM"] = "mediawiki.revision_score_reverted",
            ["AIOHTTP_CLIENT_TIMEOUT"] = "5",
            ["KSERVE_LOGLEVEL"] = "INFO",
            // Of Python's process pools and logs; without an effect here.
            ["ASYNCIO_USE_PROCESS_POOL"] = "True",
            ["ASYNCIO_AUX_WORKERS"] = "2",
            ["PREPROCESS_MP"] = "True",
            ["INFERENCE_MP"] = "False",
            ["MWAPI_REVID_CONTENT_THRESHOLD_BYTES"] = "100000",
            ["LOG_JSON_PAYLOAD"] = "True",
            ["FORCE_HTTP"] = "True",
            ["MODEL_PATH"] = "/mnt/models/model.bin",
        };
        await using var server = await ServerProcess.StartAsync("Transformer", [$"--model_dir={RevscoringServers.RevertedModel}", "--drain_delay_seconds=0"], variables);

        Assert.Equal($$"""{"models":["{{name}}"]}""", await server.Client.GetStringAsync("/v1/models"));
        using var response = await server.Client.PostAsync($"/v1/models/{name}:predict", RunningServer.Json("""{"rev_id":7}"""));

        Assert.Equal(502, (int)response.StatusCode);
        Assert.All(proxy.Calls, call => Assert.Equal(host, call.Host));
        Assert.NotEmpty(proxy.Calls);
    }
}
