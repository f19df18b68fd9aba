namespace InferenceServices.Http;

/// <summary>Limits retries to a share of requests, so that retries do not multiply the load of a failing server.</summary>
/// <remarks>Token bucket: each request adds a fraction of a token, each retry takes one. gRPC A6, "retry throttling", is similar.</remarks>
public sealed class RetryBudget
{
    // One retry per five requests on average; at most ten in succession.
    private const int RequestsPerRetry = 5;
    private const int MaxRetries = 10;

    private readonly Lock _lock = new();
    private int _tokens = MaxRetries * RequestsPerRetry;

    /// <summary>Records a request, excluding retries.</summary>
    public void RecordRequest()
    {
        lock (_lock) _tokens = Math.Min(_tokens + 1, MaxRetries * RequestsPerRetry);
    }

    /// <summary>Takes a retry from the budget.</summary>
    /// <returns>False if the budget is exhausted.</returns>
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
