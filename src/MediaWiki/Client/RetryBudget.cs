namespace InferenceServices.MediaWiki.Client;

/// <summary>Keeps retries to a share of calls, so that a wiki in trouble does not get several times its load on top.</summary>
/// <remarks>A bucket of tokens: every call pays in a part of one, every retry takes one out. gRPC A6, "retry throttling", has the same idea.</remarks>
internal sealed class RetryBudget
{
    // One retry for five calls in the long run; ten at once after a quiet time.
    private const int CallsPerRetry = 5;
    private const int MostRetries = 10;

    private readonly Lock _lock = new();
    private int _saved = MostRetries * CallsPerRetry;

    /// <summary>A call was made, and not again.</summary>
    public void RecordRequest()
    {
        lock (_lock) _saved = Math.Min(_saved + 1, MostRetries * CallsPerRetry);
    }

    /// <summary>Takes one retry out.</summary>
    /// <returns>False when there is none left.</returns>
    public bool TryAcquireRetry()
    {
        lock (_lock)
        {
            if (_saved < CallsPerRetry) return false;
            _saved -= CallsPerRetry;
            return true;
        }
    }
}
