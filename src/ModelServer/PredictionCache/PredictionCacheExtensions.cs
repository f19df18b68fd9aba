using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Internal;
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
        services.AddOptions<MemoryCacheOptions>().Configure<IOptions<PredictionCacheOptions>, TimeProvider>(
            static (memory, cache, time) => (memory.SizeLimit, memory.Clock) = (cache.Value.Bytes, new Clock(time)));
        services.AddHybridCache().AddSerializer<CachedAnswer, CachedAnswerSerializer>();
        if (shared) services.AddSingleton<IDistributedCache, PostgresStore>();
        services.AddSingleton<PredictionCache>();
    }

    private sealed class Clock(TimeProvider time) : ISystemClock
    {
        public DateTimeOffset UtcNow => time.GetUtcNow();
    }
}
