using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Registers telemetry: metrics, stage times and the access log.</summary>
internal static class TelemetryExtensions
{
    public static void AddTelemetry(this IServiceCollection services)
    {
        services.AddSingleton<RequestMetrics>();
        services.AddSingleton<AccessLog>();
        services.AddSingleton<RequestTelemetry>();
        services.AddSingleton<ProcessMetrics>();
        services.AddSingleton<MemoryMetrics>();
        services.AddSingleton<MetricExporter>();
        services.AddSingleton<MetricsEndpoint>();
    }

    public static void MapMetrics(this WebApplication app)
    {
        if (!app.Services.GetRequiredService<IOptions<TelemetryOptions>>().Value.EnableMetrics) return;
        // Create their instruments; nothing else resolves the classes.
        _ = app.Services.GetRequiredService<ProcessMetrics>();
        _ = app.Services.GetRequiredService<MemoryMetrics>();
        app.Services.GetRequiredService<MetricsEndpoint>().Map(app);
    }
}
