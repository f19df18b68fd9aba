using InferenceServices.MediaWiki.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace InferenceServices.MediaWiki;

/// <summary>Registers the MediaWiki client.</summary>
public static class MediaWikiServiceCollectionExtensions
{
    /// <summary>Registers <see cref="MediaWikiClient"/>, configured by <see cref="MediaWikiOptions"/>.</summary>
    /// <param name="services">The services of the host.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddMediaWiki(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<MediaWikiOptions, MediaWikiOptionsValidator>().BindConfiguration("");
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<MediaWikiMetrics>();
        services.TryAddSingleton<WikiConnections>();
        services.TryAddSingleton(static provider => new MediaWikiClient(provider.GetRequiredService<WikiConnections>()));
        return services;
    }
}
