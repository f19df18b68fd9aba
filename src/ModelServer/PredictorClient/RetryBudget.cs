namespace InferenceServices.ModelServer.PredictorClient;

/// <summary>Keeps retries to a share of requests, so that a predictor in trouble does not get several times its load on top.</summary>
/// <remarks>A bucket of tokens: every request pays in a part of one, every retry takes one out. gRPC A6, "retry throttling", has the same idea.</remarks>
internal sealed class RetryBudget
{
    // One retry for five requests in the long run; ten at once after a quiet time.
    private const int RequestsPerRetry = 5;
    private const int MostRetries = 10;

    private readonly Lock _lock = new();
    private int _saved = MostRetries * RequestsPerRetry;

    /// <summary>A request was made.</summary>
    public void Save()
    {
        lock (_lock) _saved = Math.Min(_saved + 1, MostRetries * RequestsPerRetry);
    }

    /// <summary>Takes one retry out.</summary>
    /// <returns>False when there is none left.</returns>
    public bool TrySpend()
    {
        lock (_lock)
        {
            if (_saved < RequestsPerRetry) return false;
            _saved -= RequestsPerRetry;
            return true;
        }
    }
}
