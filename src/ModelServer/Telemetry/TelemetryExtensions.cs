using InferenceServices.ModelServer.Telemetry.Prometheus;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Adds logs, metrics and traces of the server.</summary>
internal static class TelemetryExtensions
{
    public static void AddTelemetry(this IServiceCollection services)
    {
        services.AddSingleton<RequestMetrics>();
        services.AddSingleton<AccessLog>();
        services.AddSingleton<RequestTelemetry>();
        services.AddSingleton<ProcessMetrics>();
        services.AddSingleton<MetricRegistry>();
        services.AddSingleton<MetricsEndpoint>();
    }

    public static void MapMetrics(this WebApplication app)
    {
        if (!app.Services.GetRequiredService<IOptions<TelemetryOptions>>().Value.EnableMetrics) return;
        // Created here because nothing else resolves it.
        _ = app.Services.GetRequiredService<ProcessMetrics>();
        app.Services.GetRequiredService<MetricsEndpoint>().Map(app);
    }
}
