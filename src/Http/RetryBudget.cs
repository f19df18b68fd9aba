namespace InferenceServices.Http;

/// <summary>Keeps retries to a share of requests, so that a predictor in trouble does not get several times its load on top.</summary>
/// <remarks>A bucket of tokens: every request pays in a part of one, every retry takes one out. gRPC A6, "retry throttling", has the same idea.</remarks>
public sealed class RetryBudget
{
    // One retry for five requests in the long run; ten at once after a quiet time.
    private const int RequestsPerRetry = 5;
    private const int MaxRetries = 10;

    private readonly Lock _lock = new();
    private int _tokens = MaxRetries * RequestsPerRetry;

    /// <summary>A request was made.</summary>
    public void RecordRequest()
    {
        lock (_lock) _tokens = Math.Min(_tokens + 1, MaxRetries * RequestsPerRetry);
    }

    /// <summary>Takes one retry out.</summary>
    /// <returns>False when there is none left.</returns>
    public bool TryAcquireRetry()
    {
        lock (_lock)
        {
            if (_tokens < RequestsPerRetry) return false;
            _tokens -= RequestsPerRetry;
            return true;
        }
    }
}
