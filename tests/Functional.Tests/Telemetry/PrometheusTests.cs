using InferenceServices.Functional.Tests.Clients;
using InferenceServices.Functional.Tests.Conformance;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Telemetry;

/// <summary>Prometheus and promtool accept the metrics of each executable.</summary>
[Collection(nameof(Executables))]
public sealed class PrometheusTests(Executables executables)
{
    [Theory(Skip = TestClients.PrometheusAndLangIdModelMissing, SkipUnless = nameof(TestClients.HasPrometheusAndLangIdModel), SkipType = typeof(TestClients))]
    [EachExecutable]
    public async Task Promtool_accepts_the_metrics(Executable executable)
    {
        var subject = await UsedAsync(executable);
        using var folder = new TemporaryFolder();
        var metrics = folder.Write("metrics.txt", (await subject.Server.GetAsync("/metrics")).Body);

        var promtool = await ClientProgram.RunAsync("/bin/sh", ["-c", $"{TestClients.PrometheusProgram("promtool")} check metrics --extended < '{metrics}'"]);

        promtool.AssertSuccess();
        Assert.Empty(promtool.Error);
        Assert.Contains("request_total", promtool.Output, StringComparison.Ordinal);
    }

    [Theory(Skip = TestClients.PrometheusAndLangIdModelMissing, SkipUnless = nameof(TestClients.HasPrometheusAndLangIdModel), SkipType = typeof(TestClients))]
    [EachExecutable]
    public async Task Prometheus_scrapes_metrics_and_their_types(Executable executable)
    {
        var subject = await UsedAsync(executable);
        await using var prometheus = await PrometheusServer.StartAsync(subject.Server.Host);

        Assert.Equal("1", await prometheus.QueryAsync("up == 1"));
        Assert.NotEqual("0", await prometheus.QueryAsync($$"""request_total{model_name="{{subject.Model}}",protocol="v1",code="200"}"""));
        Assert.NotEqual("0", await prometheus.QueryAsync($$"""request_predict_seconds_bucket{model_name="{{subject.Model}}",le="+Inf"}"""));
        Assert.Equal("0", await prometheus.QueryAsync("request_in_flight"));
        var types = (await prometheus.GetAsync("/api/v1/targets/metadata")).Json.GetProperty("data").EnumerateArray()
            .ToDictionary(metric => metric.GetProperty("metric").GetString()!, metric => metric.GetProperty("type").GetString());
        // Prometheus requests OpenMetrics, where the name of a counter has no suffix.
        Assert.Equal(
            ("histogram", "counter", "gauge", "counter"),
            (types["request_predict_seconds"], types["request"], types["process_resident_memory_bytes"], types["dotnet_gc_collections"]));
    }

    private async Task<Subject> UsedAsync(Executable executable)
    {
        var subject = executables.Of(executable);
        (await subject.Server.PostAsync(subject.Predict, subject.V1)).AssertOk();
        return subject;
    }
}
