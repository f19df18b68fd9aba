using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.PredictionCache;

/// <summary>Adds the cache of a service's answers.</summary>
internal static class PredictionCacheExtensions
{
    /// <param name="services">The host's services.</param>
    /// <param name="shared">Whether replicas share a store.</param>
    public static void AddPredictionCache(this IServiceCollection services, bool shared)
    {
        services.AddOptionsWithValidateOnStart<PredictionCacheOptions, PredictionCacheOptionsValidator>().BindConfiguration("");
        services.AddOptions<MemoryCacheOptions>().Configure<IOptions<PredictionCacheOptions>>(static (memory, cache) => memory.SizeLimit = cache.Value.Bytes);
        services.AddHybridCache().AddSerializer<CachedAnswer, CachedAnswerSerializer>();
        if (shared) services.AddSingleton<IDistributedCache, PostgresStore>();
        services.AddSingleton<PredictionCache>();
    }
}
