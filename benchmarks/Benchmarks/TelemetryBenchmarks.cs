using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using InferenceServices.ModelServer.Telemetry;
using InferenceServices.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Prometheus;

namespace InferenceServices.Benchmarks;

/// <summary>Measures the recording of one inference: three stages and the status.</summary>
public class TelemetryBenchmarks
{
    private readonly HttpContext _http = new DefaultHttpContext();
    private readonly Activity _span = new("benchmark") { ActivityTraceFlags = ActivityTraceFlags.Recorded };
    private readonly RequestTelemetry _disabled = Of(new TestMeters(listens: false));
    private RequestTelemetry _enabled = null!;
    private MetricExporter _exporter = null!;

    [GlobalSetup]
    public void Prepare()
    {
        var meters = new TestMeters(listens: false);
        _exporter = new MetricExporter(meters);
        _enabled = Of(meters);
        RecordRequest(_enabled);
        Scrape();
        _span.Start();
        Activity.Current = null;
    }

    [Benchmark(Baseline = true, Description = "--enable_metrics=false")]
    public void Disabled() => RecordRequest(_disabled);

    [Benchmark(Description = "--enable_metrics=true")]
    public void Enabled() => RecordRequest(_enabled);

    [Benchmark(Description = "with exemplars")]
    public void Exemplars()
    {
        Activity.Current = _span;
        RecordRequest(_enabled);
        Activity.Current = null;
    }

    [Benchmark(Description = "one scrape")]
    public void Scrape() => _exporter.Registry.CollectAndExportAsTextAsync(Stream.Null, ExpositionFormat.OpenMetricsText).GetAwaiter().GetResult();

    private static RequestTelemetry Of(TestMeters meters)
        => new(new RequestMetrics(meters), new AccessLog(NullLogger<AccessLog>.Instance, Options.Create(new TelemetryOptions())));

    private void RecordRequest(RequestTelemetry telemetry)
    {
        var record = telemetry.StartInference(telemetry.StartRequest(), RequestProtocol.V2);
        record.ModelName = "model";
        record.StartStage(Stage.Preprocess);
        record.StartStage(Stage.Predict);
        record.StartStage(Stage.Postprocess);
        telemetry.EndRequest(record, _http);
    }
}
