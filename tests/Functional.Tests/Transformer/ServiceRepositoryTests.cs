using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.Functional.Tests.Transformer;

/// <summary>A server that runs a service shows it in its repository, and leaves it alone.</summary>
[Collection(LangIdShared.Name)]
public sealed class ServiceRepositoryTests(LangIdServers servers)
{
    [NeedsLangIdModelFact]
    public async Task The_index_lists_the_service_whatever_the_topology()
    {
        foreach (var server in new[] { servers.Split, servers.Collocated, servers.Explainer })
            (await server.PostAsync("/v2/repository/index", """{"ready":true}""")).AssertOk("""[{"name":"langid","version":"1","state":"READY","reason":""}]""");
    }

    [NeedsLangIdModelFact]
    public async Task A_service_is_neither_loaded_nor_unloaded_and_goes_on_answering()
    {
        foreach (var server in new[] { servers.Split, servers.Collocated, servers.Explainer })
        {
            foreach (var operation in new[] { "load", "unload" })
            {
                (await server.PostAsync($"/v2/repository/models/langid/{operation}", "{}")).AssertRefused(
                    501, "not_implemented", $"The model of the service langid comes and goes with its server, which takes no {operation}.");
            }
            (await server.PostAsync("/v1/models/langid:predict", """{"text":"Some words."}""")).AssertOk();
        }
    }

    [NeedsLangIdModelFact]
    public async Task Statistics_are_had_where_the_model_runs()
    {
        (await servers.Collocated.PostAsync("/v1/models/langid:predict", """{"text":"Some words."}""")).AssertOk();

        var model = (await servers.Collocated.GetAsync("/v2/models/langid/stats")).AssertOk().Json.GetProperty("model_stats")[0];
        Assert.Equal("langid", model.GetProperty("name").GetString());
        Assert.True(model.GetProperty("execution_count").GetInt64() > 0);
        foreach (var path in new[] { "/v2/models/stats", "/v2/models/langid/stats" })
            (await servers.Split.GetAsync(path)).AssertRefused(501, "not_implemented", "This server runs no model of its own; ask the predictor for statistics.");
    }

    [NeedsLangIdModelFact]
    public async Task A_services_configuration_is_what_it_takes_on_V2()
    {
        var config = (await servers.Split.GetAsync("/v2/models/langid/config")).AssertOk().Json;

        Assert.Equal(("input", "TYPE_STRING"), (config.GetProperty("input")[0].GetProperty("name").GetString(), config.GetProperty("input")[0].GetProperty("data_type").GetString()));
    }

    [Fact]
    public async Task A_service_whose_predictor_is_not_ready_is_unavailable()
    {
        await using var servers = await FakePredictor.StartAsync(http =>
        {
            http.Response.StatusCode = 503;
            return http.Response.WriteAsync("""{"error":"not yet"}""");
        }, "--enable_predictor_health_check");

        (await servers.Transformer.PostAsync("/v2/repository/index", "{}")).AssertOk(
            """[{"name":"langid","version":"1","state":"UNAVAILABLE","reason":"the service's model is not ready"}]""");
        (await servers.Transformer.PostAsync("/v2/repository/index", """{"ready":true}""")).AssertOk("[]");
        Assert.Equal(503, (await servers.Transformer.GetAsync("/v2/health/ready")).Status);
    }
}
