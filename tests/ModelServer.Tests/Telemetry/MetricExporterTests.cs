using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using InferenceServices.ModelServer.Telemetry;
using Microsoft.AspNetCore.Http;
using Prometheus;

namespace InferenceServices.ModelServer.Tests.Telemetry;

public sealed class MetricExporterTests : IDisposable
{
    private static readonly InstrumentAdvice<double> Buckets = new() { HistogramBucketBoundaries = [.00005, 1, 2.5] };

    private readonly TestMeters _meters = new();
    private readonly MetricExporter _exporter;
    private readonly Meter _meter;

    public MetricExporterTests()
    {
        _exporter = new MetricExporter(_meters);
        _meter = _meters.Create(new MeterOptions("InferenceServices.Test"));
    }

    public void Dispose()
    {
        _exporter.Dispose();
        _meters.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_name_of_a_counter_has_its_unit_and_total(bool isScrapedBefore)
    {
        var counter = _meter.CreateCounter<double>("some.time", "s", "How long.");
        if (isScrapedBefore) await ScrapeAsync();
        counter.Add(1.5, new KeyValuePair<string, object?>("a.b", "x"));
        counter.Add(1, new KeyValuePair<string, object?>("a.b", "x"));

        Assert.Equal(
            """
            # HELP some_time_seconds_total How long.
            # TYPE some_time_seconds_total counter
            some_time_seconds_total{a_b="x"} 2.5

            """,
            await ScrapeAsync());
        Assert.Equal(
            """
            # HELP some_time_seconds How long.
            # TYPE some_time_seconds counter
            some_time_seconds_total{a_b="x"} 2.5
            # EOF

            """,
            await ScrapeAsync(isOpenMetrics: true));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_histogram_counts_values_up_to_each_bucket_boundary(bool isScrapedBefore)
    {
        var histogram = _meter.CreateHistogram("h", unit: null, "", tags: null, Buckets);
        if (isScrapedBefore) await ScrapeAsync();
        foreach (var value in new[] { 0, .00005, .00006, 1, 2.5, 2.6, 100 }) histogram.Record(value);

        Assert.Equal(
            """
            # HELP h 
            # TYPE h histogram
            h_sum 106.10011
            h_count 7
            h_bucket{le="5e-05"} 2
            h_bucket{le="1"} 4
            h_bucket{le="2.5"} 5
            h_bucket{le="+Inf"} 7

            """,
            await ScrapeAsync());
        Assert.Contains("""h_bucket{le="1.0"} 4""", await ScrapeAsync(isOpenMetrics: true), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_metric_without_measurements_is_declared()
    {
        _meter.CreateHistogram("h", "By", "Bytes.", tags: null, Buckets);
        _meter.CreateCounter<long>("c", description: "Calls.");

        Assert.Equal("# HELP h_bytes Bytes.\n# TYPE h_bytes histogram\n# HELP c_total Calls.\n# TYPE c_total counter\n", await ScrapeAsync());
    }

    [Fact]
    public async Task A_counter_of_0_is_a_series()
    {
        _meter.CreateCounter<long>("c").Add(0, new KeyValuePair<string, object?>("a", "x"));

        Assert.EndsWith("\nc_total{a=\"x\"} 0\n", await ScrapeAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_texts_and_label_values_are_escaped()
    {
        _meter.CreateCounter<long>("c", description: "one\ntwo \\ \"three\"").Add(1, new KeyValuePair<string, object?>("a", "\"\\\n"));

        Assert.Equal(
            """
            # HELP c_total one\ntwo \\ "three"
            # TYPE c_total counter
            c_total{a="\"\\\n"} 1

            """,
            await ScrapeAsync());
    }

    // Prometheus parses Infinity like +Inf; prometheus-net writes the latter in OpenMetrics only.
    [Theory]
    [InlineData(double.NaN, "NaN", "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity", "+Inf")]
    [InlineData(double.NegativeInfinity, "-Infinity", "-Inf")]
    [InlineData(1795406424.395496, "1795406424.395496", "1795406424.395496")]
    [InlineData(-0.00001, "-1e-05", "-1e-05")]
    public async Task A_number_is_written_as_Prometheus_parses_it(double value, string text, string openMetrics)
    {
        _meter.CreateObservableGauge("g", () => value);

        Assert.EndsWith($"\ng {text}\n", await ScrapeAsync(), StringComparison.Ordinal);
        Assert.EndsWith($"\ng {openMetrics}\n# EOF\n", await ScrapeAsync(isOpenMetrics: true), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_series_that_is_no_longer_observed_disappears()
    {
        IReadOnlyList<Measurement<long>> observed = [new(1, new KeyValuePair<string, object?>("m", "a")), new(7, new KeyValuePair<string, object?>("m", "b"))];
        _meter.CreateObservableGauge("g", () => observed);
        Assert.Contains("g{m=\"a\"} 1\ng{m=\"b\"} 7\n", await ScrapeAsync(), StringComparison.Ordinal);

        observed = [new(3, new KeyValuePair<string, object?>("m", "b"))];

        Assert.Equal("# HELP g \n# TYPE g gauge\ng{m=\"b\"} 3\n", await ScrapeAsync());
        observed = [];
        Assert.Equal("# HELP g \n# TYPE g gauge\n", await ScrapeAsync());
        observed = [new(2, new KeyValuePair<string, object?>("m", "b"))];
        Assert.Equal("# HELP g \n# TYPE g gauge\ng{m=\"b\"} 2\n", await ScrapeAsync());
    }

    [Fact]
    public async Task Two_hosts_in_one_process_do_not_share_series()
    {
        using var otherMeters = new TestMeters();
        using var otherExporter = new MetricExporter(otherMeters);
        var counter = _meter.CreateCounter<long>("c");
        var otherCounter = otherMeters.Create(new MeterOptions("InferenceServices.Test")).CreateCounter<long>("c");
        counter.Add(1);
        otherCounter.Add(5);
        await ScrapeAsync();
        otherCounter.Add(5);
        using var lateExporter = new MetricExporter(_meters);

        Assert.Contains("c_total 1\n", await ScrapeAsync(), StringComparison.Ordinal);
        Assert.Contains("c_total 10\n", await ScrapeAsync(otherExporter), StringComparison.Ordinal);
        Assert.DoesNotContain("c_total 1", await ScrapeAsync(lateExporter), StringComparison.Ordinal);
        Assert.NotSame(Metrics.DefaultRegistry, _exporter.Registry);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_measurement_of_a_sampled_trace_has_an_exemplar_in_OpenMetrics(bool isScrapedBefore)
    {
        var histogram = _meter.CreateHistogram("h", unit: null, "", tags: null, Buckets);
        if (isScrapedBefore) await ScrapeAsync();
        RecordIn(ActivityTraceFlags.None, 0);
        var traceId = RecordIn(ActivityTraceFlags.Recorded, 2);

        var samples = (await ScrapeAsync(isOpenMetrics: true)).Split('\n');

        Assert.Contains(samples, line => line.StartsWith($$"""h_bucket{le="2.5"} 2 # {trace_id="{{traceId}}",span_id=""", StringComparison.Ordinal));
        Assert.Equal("""h_bucket{le="5e-05"} 1""", Assert.Single(samples, line => line.Contains("5e-05", StringComparison.Ordinal)));
        Assert.DoesNotContain("trace_id", await ScrapeAsync(), StringComparison.Ordinal);

        string RecordIn(ActivityTraceFlags flags, double value)
        {
            using var span = new Activity("test").SetIdFormat(ActivityIdFormat.W3C);
            span.ActivityTraceFlags = flags;
            span.Start();
            histogram.Record(value);
            return span.TraceId.ToString();
        }
    }

    [Fact]
    public async Task Without_a_scrape_a_histogram_stores_a_bounded_number_of_measurements()
    {
        var created = 0;
        var histogram = Metrics.WithCustomRegistry(Metrics.NewCustomRegistry()).CreateHistogram("h", "");
        var series = new HistogramSeries(() =>
        {
            Interlocked.Increment(ref created);
            return ((ICollector<Histogram.Child>)histogram).Unlabelled;
        });

        for (var i = 0; i < HistogramSeries.MaxStored - 1; i++) series.Record(1);
        Assert.Equal((0, 0), (Volatile.Read(ref created), histogram.Count));
        series.Record(1);

        using var guard = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (histogram.Count < HistogramSeries.MaxStored) await Task.Delay(10, guard.Token);
        series.Record(1);
        Assert.Equal((1, HistogramSeries.MaxStored + 1), (created, histogram.Count));
    }

    [Fact]
    public async Task A_failed_export_outside_of_a_scrape_does_not_end_the_process()
    {
        using var tried = new SemaphoreSlim(0);
        var histogram = Metrics.WithCustomRegistry(Metrics.NewCustomRegistry()).CreateHistogram("h", "");
        var fails = true;
        var series = new HistogramSeries(() =>
        {
            tried.Release();
            return Volatile.Read(ref fails) ? throw new InvalidOperationException("not exported") : ((ICollector<Histogram.Child>)histogram).Unlabelled;
        });

        for (var i = 0; i < HistogramSeries.MaxStored; i++) series.Record(1);
        Assert.True(await tried.WaitAsync(TimeSpan.FromSeconds(30)));
        Volatile.Write(ref fails, false);
        series.Export();

        Assert.Equal(HistogramSeries.MaxStored, histogram.Count);
    }

    [Fact]
    public async Task Concurrent_measurements_add_up_during_scrapes()
    {
        const int Threads = 4, Times = 20_000;
        var histogram = _meter.CreateHistogram("h", unit: null, "", tags: null, new InstrumentAdvice<long> { HistogramBucketBoundaries = [10] });
        var counter = _meter.CreateCounter<long>("c");

        var measuring = Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < Times; i++)
            {
                histogram.Record(i % 20, new KeyValuePair<string, object?>("m", $"model-{i % 3}"));
                counter.Add(1);
            }
        })));
        while (!measuring.IsCompleted) _ = await ScrapeAsync();
        await measuring;

        var lines = (await ScrapeAsync()).Split('\n');
        Assert.Contains($"c_total {Threads * Times}", lines);
        Assert.Equal(Threads * Times, lines.Where(line => line.StartsWith("h_count", StringComparison.Ordinal)).Sum(line => long.Parse(line.Split(' ')[1], null)));
    }

    [Fact]
    public async Task Recording_a_request_does_not_allocate()
    {
        using var meters = new TestMeters(listens: false);
        using var exporter = new MetricExporter(meters);
        var telemetry = Telemetries.Of(meters);
        var http = Telemetries.Http(200);
        // Creates the series.
        for (var i = 0; i < 2; i++) RecordRequest(telemetry, http);
        await ScrapeAsync(exporter);

        Assert.Equal(0, Allocated());

        long Allocated()
        {
            RecordRequest(telemetry, http);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++) RecordRequest(telemetry, http);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static void RecordRequest(RequestTelemetry telemetry, HttpContext http)
    {
        var record = telemetry.StartInference(telemetry.StartRequest(), RequestProtocol.V2);
        record.ModelName = "model";
        record.StartStage(Stage.Preprocess);
        record.StartStage(Stage.Predict);
        record.StartStage(Stage.Postprocess);
        telemetry.EndRequest(record, http);
    }

    private Task<string> ScrapeAsync(bool isOpenMetrics = false) => ScrapeAsync(_exporter, isOpenMetrics);

    // Without the runtime's metrics, which all hosts of a process share.
    private static async Task<string> ScrapeAsync(MetricExporter exporter, bool isOpenMetrics = false)
    {
        using var stream = new MemoryStream();
        await exporter.Registry.CollectAndExportAsTextAsync(stream, isOpenMetrics ? ExpositionFormat.OpenMetricsText : ExpositionFormat.PrometheusText);
        var lines = Encoding.UTF8.GetString(stream.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return string.Concat(lines.Where(line => !line.Contains("dotnet_gc", StringComparison.Ordinal)).Select(line => line + "\n"));
    }
}
