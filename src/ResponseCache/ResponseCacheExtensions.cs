using InferenceServices.Configuration;
using InferenceServices.Contracts.Serving;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Internal;
using Microsoft.Extensions.Options;

namespace InferenceServices.ResponseCache;

/// <summary>Adds the response cache.</summary>
public static class ResponseCacheExtensions
{
    /// <summary>
    /// Adds an <see cref="IResponseCache"/> unless <c>--prediction_cache</c> is false. The server creates it only for a service with cache keys.
    /// With <c>--prediction_cache_postgres</c>, replicas share the responses in PostgreSQL.
    /// </summary>
    /// <typeparam name="TBuilder">Type of the builder.</typeparam>
    /// <param name="builder">The host's builder.</param>
    /// <returns>The same builder.</returns>
    public static TBuilder AddResponseCache<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        var options = builder.AddSwitches<ResponseCacheOptions>();
        if (!options.Enabled) return builder;
        builder.AddSwitchOptions<ResponseCacheOptions>().ValidateOnStart();
        var services = builder.Services;
        services.AddOptions<MemoryCacheOptions>().Configure<IOptions<ResponseCacheOptions>, TimeProvider>(
            static (memory, cache, time) => (memory.SizeLimit, memory.Clock) = (cache.Value.Bytes, new Clock(time)));
        services.AddHybridCache().AddSerializer<StoredResponse, StoredResponseSerializer>();
        if (options.Postgres is { Length: > 0 }) services.AddSingleton<IDistributedCache, PostgresStore>();
        services.AddSingleton<IResponseCache, HybridResponseCache>();
        return builder;
    }

    private sealed class Clock(TimeProvider time) : ISystemClock
    {
        public DateTimeOffset UtcNow => time.GetUtcNow();
    }
}
