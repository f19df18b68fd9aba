using InferenceServices.Contracts.V1;

namespace InferenceServices.Contracts.Serving;

/// <summary>Stores responses, and lets concurrent requests with the same key share one computation. Failures are not stored.</summary>
/// <remarks>All members may be called concurrently.</remarks>
public interface IResponseCache
{
    /// <summary>Returns the stored response of a key, or computes it.</summary>
    /// <typeparam name="TState">Type of the factory's argument.</typeparam>
    /// <param name="modelName">The service's name.</param>
    /// <param name="key">Everything else the response depends on.</param>
    /// <param name="state">Argument of the factory.</param>
    /// <param name="create">Computes the response. Its token is cancelled when no request waits for the response any more.</param>
    /// <param name="cancellationToken">Cancels this request's wait; other requests with the same key go on.</param>
    /// <returns>The response and how it was obtained.</returns>
    ValueTask<CachedResponse> GetOrCreateAsync<TState>(
        string modelName, CacheKey key, TState state, Func<TState, CancellationToken, ValueTask<PredictResponse>> create, CancellationToken cancellationToken);
}
