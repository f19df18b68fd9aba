using InferenceServices.Functional.Tests.Predictor;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Telemetry;

public sealed class MetricsFormatTests
{
    private const string Prometheus = "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

    [Theory]
    [InlineData(null, "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("text/plain;version=0.0.4", "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("text/plain;q=0.9,application/openmetrics-text;q=0.5", "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("application/openmetrics-text;version=2.0.0", "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("application/openmetrics-text", "application/openmetrics-text; version=1.0.0; charset=utf-8")]
    [InlineData(Prometheus, "application/openmetrics-text; version=1.0.0; charset=utf-8")]
    public async Task The_Accept_header_selects_the_format(string? accept, string contentType)
    {
        await using var server = await PredictorServers.StartModelAsync("versioned");

        using var response = await ScrapeAsync(server, accept);

        var isOpenMetrics = contentType.StartsWith("application/openmetrics-text", StringComparison.Ordinal);
        var body = await response.Content.ReadAsStringAsync();
        Assert.Equal(contentType, response.Content.Headers.ContentType!.ToString());
        Assert.Equal(["Accept"], response.Headers.Vary);
        Assert.Equal(isOpenMetrics, body.EndsWith("\n# EOF\n", StringComparison.Ordinal));
        Assert.Contains(isOpenMetrics ? "# TYPE request counter\n" : "# TYPE request_total counter\n", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_inference_of_a_sampled_trace_has_an_exemplar_with_its_trace_id(bool isScrapedBefore)
    {
        const string Sampled = "0af7651916cd43dd8448eb211c80319c", NotSampled = "11111111111111111111111111111111";
        await using var server = await PredictorServers.StartModelAsync("versioned");
        if (isScrapedBefore) await Samples.OfAsync(server);
        await PredictAsync($"00-{Sampled}-b7ad6b7169203331-01");
        await PredictAsync($"00-{NotSampled}-b7ad6b7169203331-00");

        using var response = await ScrapeAsync(server, Prometheus);

        var body = await response.Content.ReadAsStringAsync();
        var exemplar = $"# {{trace_id=\"{Sampled}\",span_id=\"";
        Assert.Contains(body.Split('\n'), line => line.StartsWith("request_predict_seconds_bucket", StringComparison.Ordinal) && line.Contains(exemplar, StringComparison.Ordinal));
        Assert.DoesNotContain(NotSampled, body, StringComparison.Ordinal);
        Assert.DoesNotContain(Sampled, (await server.GetAsync("/metrics")).Body, StringComparison.Ordinal);

        async Task PredictAsync(string traceparent)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/models/versioned:predict") { Content = RunningServer.Json("""{"instances":[1]}""") };
            request.Headers.Add("traceparent", traceparent);
            (await Answer.OfAsync(await server.Client.SendAsync(request))).AssertOk();
        }
    }

    [Fact]
    public async Task Two_servers_in_one_process_count_only_their_own_inferences()
    {
        await using var first = await PredictorServers.StartModelAsync("versioned");
        await using var second = await PredictorServers.StartModelAsync("versioned");
        (await first.PostAsync("/v1/models/versioned:predict", """{"instances":[1]}""")).AssertOk();

        const string Series = """request_total{model_name="versioned",protocol="v1",code="200"}""";
        Assert.Equal((1, 0), ((await Samples.OfAsync(first))[Series], (await Samples.OfAsync(second))[Series]));
        Assert.DoesNotContain(Series, (await Samples.OfAsync(second)).Series);
    }

    private static async Task<HttpResponseMessage> ScrapeAsync(RunningServer server, string? accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        if (accept is not null) request.Headers.Add("Accept", accept);
        return await server.Client.SendAsync(request);
    }
}
