using InferenceServices.Configuration;
using InferenceServices.Contracts.Serving;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace InferenceServices.EventGate;

/// <summary>Adds the delivery of events to EventGate.</summary>
public static class EventGateBuilderExtensions
{
    /// <summary>Adds an <see cref="EventOutbox"/> and the sender of its events; <see cref="EventGateOptions"/> configure them.</summary>
    /// <typeparam name="TBuilder">Type of the builder.</typeparam>
    /// <param name="builder">The host's builder.</param>
    /// <returns>The same builder.</returns>
    public static TBuilder AddEventGate<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddSwitchOptions<EventGateOptions>().ValidateOnStart();
        var services = builder.Services;
        // Costs every request an allocation.
        if (builder.AddSwitches<EventGateOptions>().EventKey is { Length: > 0 }) services.TryAddSingleton<RequestHeadersAccessor>();
        services.TryAddSingleton(static provider => new EventAccess(provider.GetRequiredService<IOptions<EventGateOptions>>(), provider.GetService<RequestHeadersAccessor>()));
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
        return builder;
    }
}
