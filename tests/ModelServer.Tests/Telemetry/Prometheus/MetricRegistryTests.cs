using System.Diagnostics.Metrics;
using InferenceServices.ModelServer.Telemetry;
using InferenceServices.ModelServer.Telemetry.Prometheus;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.Tests.Telemetry.Prometheus;

public sealed class MetricRegistryTests : IDisposable
{
    private readonly TestMeters _meters = new();
    private readonly MetricRegistry _registry;
    private readonly Meter _meter;

    public MetricRegistryTests()
    {
        _registry = new MetricRegistry(_meters);
        _meter = _meters.Create(new MeterOptions("InferenceServices.Test"));
    }

    public void Dispose()
    {
        _registry.Dispose();
        _meters.Dispose();
    }

    [Fact]
    public void A_counter_has_its_unit_and_its_total_in_its_name()
    {
        var counter = _meter.CreateCounter<double>("some.time", "s", "How long.");
        counter.Add(1.5, new KeyValuePair<string, object?>("a", "x"));
        counter.Add(1, new KeyValuePair<string, object?>("a", "x"));
        counter.Add(1, new KeyValuePair<string, object?>("a", "y"));

        Assert.Equal(
            """
            # TYPE some_time_seconds_total counter
            # HELP some_time_seconds_total How long.
            some_time_seconds_total{a="x"} 2.5
            some_time_seconds_total{a="y"} 1

            """,
            Written());
        Assert.Equal(
            """
            # TYPE some_time_seconds counter
            # UNIT some_time_seconds seconds
            # HELP some_time_seconds How long.
            some_time_seconds_total{a="x"} 2.5
            some_time_seconds_total{a="y"} 1
            # EOF

            """,
            Written(isOpenMetrics: true));
    }

    [Fact]
    public void A_histogram_counts_what_is_at_most_each_limit()
    {
        var histogram = _meter.CreateHistogram("h", unit: null, "", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [.00005, 1, 2.5] });
        foreach (var value in new[] { 0, .00005, .00006, 1, 2.5, 2.6, 100 }) histogram.Record(value);

        var lines = Written().Split('\n');
        var open = Written(isOpenMetrics: true).Split('\n');

        Assert.Equal(["h_bucket{le=\"5e-05\"} 2", "h_bucket{le=\"1\"} 4", "h_bucket{le=\"2.5\"} 5", "h_bucket{le=\"+Inf\"} 7", "h_count 7"], lines[2..7]);
        Assert.Equal("h_sum 106.10011", lines[7]);
        Assert.Equal("h_bucket{le=\"1.0\"} 4", open[3]);
    }

    [Fact]
    public void Text_is_escaped_wherever_it_stands()
    {
        _meter.CreateCounter<long>("c", description: "one\ntwo \\ \"three\"").Add(1, new KeyValuePair<string, object?>("a", "\"\\\n"));

        Assert.Equal(
            """
            # TYPE c_total counter
            # HELP c_total one\ntwo \\ "three"
            c_total{a="\"\\\n"} 1

            """,
            Written());
    }

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    [InlineData(1795406424.395496, "1795406424.395496")]
    [InlineData(-0.00001, "-1e-05")]
    public void Every_number_has_a_form(double value, string text)
    {
        _meter.CreateObservableGauge("g", () => value);

        Assert.EndsWith($"\ng {text}\n", Written(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_observed_any_more_is_gone_and_what_goes_down_is_shown_lower()
    {
        IReadOnlyList<Measurement<long>> observed = [new(1, new KeyValuePair<string, object?>("m", "a")), new(7, new KeyValuePair<string, object?>("m", "b"))];
        _meter.CreateObservableGauge("g", () => observed);
        Assert.Contains("g{m=\"a\"} 1\ng{m=\"b\"} 7\n", Written(), StringComparison.Ordinal);

        observed = [new(3, new KeyValuePair<string, object?>("m", "b"))];

        Assert.EndsWith("gauge\n# HELP g \ng{m=\"b\"} 3\n", Written(), StringComparison.Ordinal);
        observed = [];
        Assert.Equal("# TYPE g gauge\n# HELP g \n", Written());
    }

    [Fact]
    public void Another_servers_meters_are_not_heard_whenever_they_were_made()
    {
        using var others = new TestMeters();
        var before = others.Create(new MeterOptions("InferenceServices.Test")).CreateCounter<long>("c");
        using var registry = new MetricRegistry(_meters);
        var after = others.Create(new MeterOptions("InferenceServices.Test")).CreateCounter<long>("d");
        before.Add(1);
        after.Add(1);

        Assert.Empty(Ours(registry.Write(isOpenMetrics: false)));
    }

    [Fact]
    public async Task What_many_threads_measure_at_once_adds_up_while_it_is_read()
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
        while (!measuring.IsCompleted) _ = Written();
        await measuring;

        var lines = Written().Split('\n');
        Assert.Contains($"c_total {Threads * Times}", lines);
        Assert.Equal(Threads * Times, lines.Where(line => line.StartsWith("h_count", StringComparison.Ordinal)).Sum(line => long.Parse(line.Split(' ')[1], null)));
    }

    [Fact]
    public void Telling_of_a_request_allocates_nothing()
    {
        using var meters = new TestMeters(listens: false);
        using var registry = new MetricRegistry(meters);
        var telemetry = Telemetries.Of(meters);
        // The first time a series is made.
        var http = Telemetries.Http(200);
        for (var i = 0; i < 2; i++) Tell(telemetry, http);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) Tell(telemetry, http);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Tell(RequestTelemetry telemetry, HttpContext http)
    {
        var record = telemetry.StartInference(telemetry.StartRequest(), RequestProtocol.V2);
        record.ModelName = "model";
        record.StartStage(Stage.Preprocess);
        record.StartStage(Stage.Predict);
        record.StartStage(Stage.Postprocess);
        telemetry.EndRequest(record, http);
    }

    private string Written(bool isOpenMetrics = false) => Ours(_registry.Write(isOpenMetrics));

    // Without the runtime's, which are any process's.
    private static string Ours(string text)
        => string.Concat(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.Contains("dotnet_gc", StringComparison.Ordinal)).Select(line => line + "\n"));
}
