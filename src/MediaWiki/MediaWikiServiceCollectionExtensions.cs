using InferenceServices.MediaWiki.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace InferenceServices.MediaWiki;

/// <summary>Adds what services need of wikis.</summary>
public static class MediaWikiServiceCollectionExtensions
{
    /// <summary>A <see cref="MediaWikiClient"/>, as <see cref="MediaWikiOptions"/> say.</summary>
    /// <param name="services">The host's services.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddMediaWiki(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<MediaWikiOptions, MediaWikiOptionsValidator>().BindConfiguration("");
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<MediaWikiMetrics>();
        services.TryAddSingleton<Upstreams>();
        services.TryAddSingleton(static provider => new MediaWikiClient(provider.GetRequiredService<Upstreams>()));
        return services;
    }
}
