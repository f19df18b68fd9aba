using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V1;
using InferenceServices.ModelServer.Codecs;
using InferenceServices.ModelServer.Telemetry;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.PredictionCache;

/// <summary>Answers that were given before, and those that are just being made for somebody else. What failed is never kept.</summary>
internal sealed class PredictionCache
{
    private readonly HybridCache _cache;
    private readonly RequestMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly TimeSpan _lifetime;
    private readonly HybridCacheEntryOptions _kept;

    // Callers who wait at the same time share; nothing is kept.
    private readonly HybridCacheEntryOptions _shared = new() { Flags = HybridCacheEntryFlags.DisableLocalCache | HybridCacheEntryFlags.DisableDistributedCache };

    public PredictionCache(HybridCache cache, IOptions<PredictionCacheOptions> options, RequestMetrics metrics, TimeProvider time)
    {
        _cache = cache;
        _metrics = metrics;
        _time = time;
        _lifetime = options.Value.Lifetime;
        _kept = new HybridCacheEntryOptions { Expiration = _lifetime, LocalCacheExpiration = _lifetime };
    }

    /// <summary>Makes an answer.</summary>
    /// <param name="request">Without a body; with what the transformer read from it.</param>
    /// <param name="record">Of this making: it may outlast the caller it was begun for.</param>
    /// <param name="cancellationToken">Nobody waits for it any more.</param>
    public delegate ValueTask<PredictResponse> Make(PredictRequest request, RequestRecord record, CancellationToken cancellationToken);

    /// <summary>The answer of a key, made only where there is none and nobody makes it.</summary>
    /// <param name="key">What it depends on.</param>
    /// <param name="request">Read by the transformer.</param>
    /// <param name="record">Of this caller.</param>
    /// <param name="make">Makes it.</param>
    /// <param name="cancellationToken">This caller has gone away.</param>
    public async ValueTask<PredictResponse> GetOrMakeAsync(
        CacheKey key, PredictRequest request, RequestRecord record, Make make, CancellationToken cancellationToken)
    {
        var asked = _time.GetUtcNow();
        var making = new Making(request, record, make, _time);
        var answer = await _cache.GetOrCreateAsync(
            NameOf(request.ModelName, key), making, static (state, token) => state.RunAsync(token), key.IsLasting ? _kept : _shared, cancellationToken: cancellationToken);
        // Written by whoever made it, which may go on after this caller has left; read only once it has ended.
        var outcome = making.Ended ? CacheOutcome.Miss : answer.MadeAt < asked ? CacheOutcome.Hit : CacheOutcome.Coalesced;
        if (making.Ended) record.Merge(making.Record);
        record.AddCacheOutcome(outcome, asked - answer.MadeAt, key.IsLasting ? _lifetime : null);
        _metrics.CountCache(request.ModelName, CacheHeaders.NameOf(outcome));
        return answer.ToResponse();
    }

    // Names of entries are of limited length, what callers send is not.
    private static string NameOf(string modelName, CacheKey key)
        => $"{modelName}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key.Text)))}";

    private sealed class Making(PredictRequest request, RequestRecord caller, Make make, TimeProvider time)
    {
        private readonly PredictRequest _request = new(request.ModelName, default, request.RequestId) { State = request.State };
        private readonly Activity? _span = Activity.Current;

        public RequestRecord Record { get; } = RequestRecord.CreateChild(caller);

        public bool Ended { get; private set; }

        public async ValueTask<CachedAnswer> RunAsync(CancellationToken cancellationToken)
        {
            // The cache calls from a thread that knows nothing of the request.
            Activity.Current = _span;
            using var response = await make(_request, Record, cancellationToken);
            var answer = new CachedAnswer(JsonBody.Write(response, static (writer, answer) => answer.WriteTo(writer)).ToArray(), time.GetUtcNow());
            Ended = true;
            return answer;
        }
    }
}
