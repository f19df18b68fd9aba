using InferenceServices.ModelServer.Endpoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Prometheus;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Serves <c>GET /metrics</c>, the path of KServe's servers, with prometheus-net's middleware.</summary>
internal sealed class MetricsEndpoint(MetricExporter exporter)
{
    // Created at the first scrape, like the registry.
    private readonly Lazy<MetricServerMiddleware> _text = new(() => Create(exporter, enableOpenMetrics: false));
    private readonly Lazy<MetricServerMiddleware> _openMetrics = new(() => Create(exporter, enableOpenMetrics: true));

    public void Map(IEndpointRouteBuilder app) => app.MapRead("/metrics", SendAsync).WithMetadata(new ProbeAttribute());

    /// <summary>
    /// Returns whether the <c>Accept</c> header names OpenMetrics 1.0.0 and prefers no other supported type. prometheus-net alone ignores versions
    /// and a quality of 0.
    /// </summary>
    internal static bool AcceptsOpenMetrics(IHeaderDictionary headers)
    {
        if (!MediaTypeHeaderValue.TryParseList(headers.Accept, out var accepted)) return false;
        var (openMetrics, text) = (0.0, 0.0);
        foreach (var type in accepted)
        {
            var quality = type.Quality ?? 1;
            if (type.MediaType.Equals(PrometheusConstants.OpenMetricsContentType, StringComparison.OrdinalIgnoreCase) && VersionOf(type) is "" or "1.0.0")
                openMetrics = Math.Max(openMetrics, quality);
            else if (type.MediaType.Equals(PrometheusConstants.TextContentType, StringComparison.OrdinalIgnoreCase))
                text = Math.Max(text, quality);
        }
        return openMetrics > 0 && openMetrics >= text;
    }

    private Task SendAsync(HttpContext http)
    {
        http.Response.Headers.Vary = HeaderNames.Accept;
        return (AcceptsOpenMetrics(http.Request.Headers) ? _openMetrics : _text).Value.Invoke(http);
    }

    private static MetricServerMiddleware Create(MetricExporter exporter, bool enableOpenMetrics)
        => new(static _ => Task.CompletedTask, new MetricServerMiddleware.Settings { Registry = exporter.Registry, EnableOpenMetrics = enableOpenMetrics });

    private static string VersionOf(MediaTypeHeaderValue type)
    {
        foreach (var parameter in type.Parameters)
            if (parameter.Name.Equals("version", StringComparison.OrdinalIgnoreCase)) return parameter.GetUnescapedValue().ToString();
        return "";
    }
}
