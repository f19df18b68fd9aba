using InferenceServices.ModelServer.Telemetry.Prometheus;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Adds what a server tells of itself.</summary>
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
        // Nobody else asks for it.
        _ = app.Services.GetRequiredService<ProcessMetrics>();
        app.Services.GetRequiredService<MetricsEndpoint>().Map(app);
    }
}
