using System.Globalization;
using Prometheus;

namespace InferenceServices.OresLegacy.Endpoints;

/// <summary>Measures requests by route and status.</summary>
/// <remarks>prometheus-net's own middleware needs Razor Pages, which the image does not have.</remarks>
internal sealed class RequestMetricsMiddleware(RequestDelegate next, CollectorRegistry registry, TimeProvider time)
{
    private readonly Histogram _seconds = Metrics.WithCustomRegistry(registry).CreateHistogram(
        "ores_legacy_request_seconds",
        "Time of a request, by route and status.",
        ["route", "code"],
        new HistogramConfiguration { Buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });

    public async Task InvokeAsync(HttpContext http)
    {
        var started = time.GetTimestamp();
        try
        {
            await next(http);
        }
        finally
        {
            var route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "";
            _seconds.WithLabels(route, http.Response.StatusCode.ToString(CultureInfo.InvariantCulture)).Observe(time.GetElapsedTime(started).TotalSeconds);
        }
    }
}
