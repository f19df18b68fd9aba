using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.Functional.Tests.Transformer;

/// <summary>The repository lists a service, which cannot be loaded or unloaded.</summary>
[Collection(LangIdShared.Name)]
public sealed class ServiceRepositoryTests(LangIdServers servers)
{
    [Fact(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    public async Task The_configuration_of_a_service_has_its_V2_inputs_and_outputs()
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
