using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace InferenceServices.ModelServer.Telemetry.Prometheus;

/// <summary>Path and verb of what Prometheus asks for, where KServe's servers have it.</summary>
internal sealed class MetricsEndpoint(MetricRegistry registry)
{
    private const string OpenMetrics = "application/openmetrics-text";

    public void Map(IEndpointRouteBuilder app) => app.MapGet("/metrics", SendAsync).WithMetadata(new ProbeAttribute());

    private Task SendAsync(HttpContext http)
    {
        var isOpenMetrics = WantsOpenMetrics(http.Request.Headers);
        http.Response.ContentType = isOpenMetrics ? PrometheusText.OpenMetricsContentType : PrometheusText.ContentType;
        http.Response.Headers.Vary = HeaderNames.Accept;
        return http.Response.WriteAsync(registry.Write(isOpenMetrics), http.RequestAborted);
    }

    /// <summary>Whether it is named, in the version there is, and nothing else is liked better by name; without an acceptable media type the response is plain text.</summary>
    internal static bool WantsOpenMetrics(IHeaderDictionary headers)
    {
        if (!MediaTypeHeaderValue.TryParseList(headers.Accept, out var accepted)) return false;
        var (open, plain) = (0.0, 0.0);
        foreach (var type in accepted)
        {
            var quality = type.Quality ?? 1;
            if (type.MediaType.Equals(OpenMetrics, StringComparison.OrdinalIgnoreCase) && VersionOf(type) is "" or "1.0.0") open = Math.Max(open, quality);
            else if (type.MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase)) plain = Math.Max(plain, quality);
        }
        return open > 0 && open >= plain;
    }

    private static string VersionOf(MediaTypeHeaderValue type)
    {
        foreach (var parameter in type.Parameters)
            if (parameter.Name.Equals("version", StringComparison.OrdinalIgnoreCase)) return parameter.GetUnescapedValue().ToString();
        return "";
    }
}
