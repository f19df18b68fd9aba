using InferenceServices.Configuration;
using InferenceServices.ModelServer.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace InferenceServices.ModelServer.Hosting;

/// <summary>Exports traces of requests to a collector over OTLP.</summary>
internal static class TraceExtensions
{
    /// <summary>Adds the exporter if a collector is configured; without a collector OpenTelemetry is not loaded.</summary>
    public static void AddTraces(this IHostApplicationBuilder builder)
    {
        if (builder.AddSwitches<TelemetryOptions>().OtlpEndpoint is { Length: > 0 }) AddOtlp(builder.Services, builder.Environment.ApplicationName);
    }

    // The SDK reads OpenTelemetry's own variables from the host's configuration: protocol, headers, sampler, service name, limits.
    private static void AddOtlp(IServiceCollection services, string serviceName)
        => services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(serviceName).AddEnvironmentVariableDetector())
            .WithTracing(static traces => traces
                .AddSource("InferenceServices.*")
                // Activities of the clients, the parents of the predictor's: the gRPC client always creates one, and that of HttpClient is its child.
                .AddSource("Grpc.Net.Client", "System.Net.Http")
                .AddAspNetCoreInstrumentation(static options => options.Filter = static http => !IsProbe(http.Request))
                .AddOtlpExporter());

    // The filter runs before routing, so the endpoint is not known yet.
    private static bool IsProbe(HttpRequest request)
    {
        var path = request.Path.Value ?? "";
        return path is "" or "/" or "/metrics"
            || path.StartsWith("/v2/health/", StringComparison.Ordinal)
            || path.StartsWith("/grpc.health.v1.Health/", StringComparison.Ordinal)
            || path.EndsWith("/ready", StringComparison.Ordinal)
            || path.EndsWith("/ServerLive", StringComparison.Ordinal)
            || path.EndsWith("Ready", StringComparison.Ordinal)
            || (HttpMethods.IsGet(request.Method) && path.StartsWith("/v1/models/", StringComparison.Ordinal));
    }
}
