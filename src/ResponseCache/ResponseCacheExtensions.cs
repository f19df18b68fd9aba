using InferenceServices.Contracts.Serving;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Internal;
using Microsoft.Extensions.Options;

namespace InferenceServices.ResponseCache;

/// <summary>Adds the response cache.</summary>
public static class ResponseCacheExtensions
{
    /// <summary>Adds an <see cref="IResponseCache"/>. The server creates it for services with cache keys only.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="shared">Whether replicas share the responses in PostgreSQL.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddResponseCache(this IServiceCollection services, bool shared)
    {
        services.AddOptionsWithValidateOnStart<ResponseCacheOptions, ResponseCacheOptionsValidator>().BindConfiguration("");
        services.AddOptions<MemoryCacheOptions>().Configure<IOptions<ResponseCacheOptions>, TimeProvider>(
            static (memory, cache, time) => (memory.SizeLimit, memory.Clock) = (cache.Value.Bytes, new Clock(time)));
        services.AddHybridCache().AddSerializer<StoredResponse, StoredResponseSerializer>();
        if (shared) services.AddSingleton<IDistributedCache, PostgresStore>();
        return services.AddSingleton<IResponseCache, HybridResponseCache>();
    }

    private sealed class Clock(TimeProvider time) : ISystemClock
    {
        public DateTimeOffset UtcNow => time.GetUtcNow();
    }
}
