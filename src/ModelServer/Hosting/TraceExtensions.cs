using InferenceServices.ModelServer.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace InferenceServices.ModelServer.Hosting;

/// <summary>Sends what each request went through to a collector, over OTLP.</summary>
internal static class TraceExtensions
{
    /// <summary>Where a collector is named; elsewhere nothing of OpenTelemetry is even loaded.</summary>
    public static void AddTraces(this WebApplicationBuilder builder)
    {
        if (builder.Configuration[TelemetryOptions.OtlpEndpointKey] is { Length: > 0 }) AddOtlp(builder.Services, builder.Environment.ApplicationName);
    }

    // The SDK reads OpenTelemetry's own variables from the host's configuration: protocol, headers, sampler, service name, limits.
    private static void AddOtlp(IServiceCollection services, string serviceName)
        => services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(serviceName).AddEnvironmentVariableDetector())
            .WithTracing(static traces => traces
                .AddSource("InferenceServices.*")
                // The clients' own, which are the parents of the predictor's: gRPC's makes one whether or not anybody listens, and HttpClient's is its child.
                .AddSource("Grpc.Net.Client", "System.Net.Http")
                .AddAspNetCoreInstrumentation(static options => options.Filter = static http => !IsProbe(http.Request))
                .AddOtlpExporter());

    // Before routing there is no endpoint that could say so.
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
