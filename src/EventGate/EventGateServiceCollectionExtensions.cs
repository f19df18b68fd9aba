using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace InferenceServices.EventGate;

/// <summary>Adds what services send events with.</summary>
public static class EventGateServiceCollectionExtensions
{
    /// <summary>An <see cref="EventOutbox"/> and what empties it, as <see cref="EventGateOptions"/> say.</summary>
    /// <param name="services">The host's services.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddEventGate(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<EventGateOptions, EventGateOptionsValidator>().BindConfiguration("");
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<EventGateMetrics>();
        services.TryAddSingleton<DeadLetters>();
        services.TryAddSingleton<EventGateClient>();
        services.TryAddSingleton<BatchDelivery>();
        services.TryAddSingleton(static provider => new EventOutbox(
            provider.GetRequiredService<IOptions<EventGateOptions>>(),
            provider.GetRequiredService<DeadLetters>(),
            provider.GetRequiredService<EventGateMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<EventOutbox>>()));
        services.AddHostedService<EventSender>();
        return services;
    }
}
