using BenchmarkDotNet.Attributes;
using InferenceServices.ModelServer.Telemetry;
using InferenceServices.ModelServer.Telemetry.Prometheus;
using InferenceServices.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace InferenceServices.Benchmarks;

/// <summary>Measures the recording of one inference: three stages and the status.</summary>
public class TelemetryBenchmarks
{
    private readonly HttpContext _http = new DefaultHttpContext();
    private readonly RequestTelemetry _unheard = Of(new TestMeters(listens: false));
    private RequestTelemetry _heard = null!;
    private MetricRegistry _registry = null!;

    [GlobalSetup]
    public void Prepare()
    {
        var meters = new TestMeters(listens: false);
        _registry = new MetricRegistry(meters);
        _heard = Of(meters);
    }

    [Benchmark(Baseline = true, Description = "--enable_metrics=false")]
    public void Unheard() => Tell(_unheard);

    [Benchmark(Description = "--enable_metrics=true")]
    public void Heard() => Tell(_heard);

    [Benchmark(Description = "one scrape")]
    public string Scrape() => _registry.Write(isOpenMetrics: true);

    private static RequestTelemetry Of(TestMeters meters)
        => new(new RequestMetrics(meters), new AccessLog(NullLogger<AccessLog>.Instance, Options.Create(new TelemetryOptions())));

    private void Tell(RequestTelemetry telemetry)
    {
        var record = telemetry.StartInference(telemetry.StartRequest(), RequestProtocol.V2);
        record.ModelName = "model";
        record.StartStage(Stage.Preprocess);
        record.StartStage(Stage.Predict);
        record.StartStage(Stage.Postprocess);
        telemetry.EndRequest(record, _http);
    }
}
