using InferenceServices.Configuration;
using InferenceServices.MediaWiki.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace InferenceServices.MediaWiki;

/// <summary>Adds the client of MediaWiki.</summary>
public static class MediaWikiBuilderExtensions
{
    /// <summary>Adds a <see cref="MediaWikiClient"/> that <see cref="MediaWikiOptions"/> configure.</summary>
    /// <typeparam name="TBuilder">Type of the builder.</typeparam>
    /// <param name="builder">The host's builder.</param>
    /// <returns>The same builder.</returns>
    public static TBuilder AddMediaWiki<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddSwitchOptions<MediaWikiOptions>().ValidateOnStart();
        var services = builder.Services;
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<MediaWikiMetrics>();
        services.TryAddSingleton<WikiConnections>();
        services.TryAddSingleton(static provider => new MediaWikiClient(provider.GetRequiredService<WikiConnections>()));
        return builder;
    }
}
