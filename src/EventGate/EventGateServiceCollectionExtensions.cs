using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace InferenceServices.EventGate;

/// <summary>Registers the event outbox.</summary>
public static class EventGateServiceCollectionExtensions
{
    /// <summary>Registers <see cref="EventOutbox"/> and its background sender, configured by <see cref="EventGateOptions"/>.</summary>
    /// <param name="services">The services of the host.</param>
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
