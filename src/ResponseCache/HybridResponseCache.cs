using System.Security.Cryptography;
using System.Text;
using InferenceServices.Codecs;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V1;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Options;

namespace InferenceServices.ResponseCache;

/// <summary>Stores responses in memory, and in PostgreSQL if replicas share them; concurrent requests with the same key share one computation.</summary>
internal sealed class HybridResponseCache : IResponseCache
{
    private readonly HybridCache _cache;
    private readonly TimeProvider _time;
    private readonly TimeSpan _lifetime;
    private readonly HybridCacheEntryOptions _stored;

    // Concurrent requests share the response; nothing is stored.
    private readonly HybridCacheEntryOptions _shared = new() { Flags = HybridCacheEntryFlags.DisableLocalCache | HybridCacheEntryFlags.DisableDistributedCache };

    public HybridResponseCache(HybridCache cache, IOptions<ResponseCacheOptions> options, TimeProvider time)
    {
        _cache = cache;
        _time = time;
        _lifetime = options.Value.Lifetime;
        _stored = new HybridCacheEntryOptions { Expiration = _lifetime, LocalCacheExpiration = _lifetime };
    }

    /// <inheritdoc/>
    public async ValueTask<CachedResponse> GetOrCreateAsync<TState>(
        string modelName, CacheKey key, TState state, Func<TState, CancellationToken, ValueTask<PredictResponse>> create, CancellationToken cancellationToken)
    {
        var requestedAt = _time.GetUtcNow();
        var computation = new Computation<TState>(state, create, _time);
        var stored = await _cache.GetOrCreateAsync(
            NameOf(modelName, key), computation, static (computation, token) => computation.RunAsync(token), key.IsLasting ? _stored : _shared, cancellationToken: cancellationToken);
        var outcome = computation.HasEnded ? CacheOutcome.Miss : stored.CreatedAt < requestedAt ? CacheOutcome.Hit : CacheOutcome.Coalesced;
        return new CachedResponse(stored.ToResponse(), outcome, requestedAt - stored.CreatedAt, key.IsLasting ? _lifetime : null);
    }

    // A cache limits the length of its keys; requests do not.
    private static string NameOf(string modelName, CacheKey key)
        => $"{modelName}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key.Text)))}";

    private sealed class Computation<TState>(TState state, Func<TState, CancellationToken, ValueTask<PredictResponse>> create, TimeProvider time)
    {
        private volatile bool _hasEnded;

        public bool HasEnded => _hasEnded;

        public async ValueTask<StoredResponse> RunAsync(CancellationToken cancellationToken)
        {
            using var response = await create(state, cancellationToken);
            var stored = new StoredResponse(JsonBuffer.Write(response, static (writer, value) => value.WriteTo(writer)).ToArray(), time.GetUtcNow());
            _hasEnded = true;
            return stored;
        }
    }
}
