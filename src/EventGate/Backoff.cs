namespace InferenceServices.EventGate;

/// <summary>Computes retry delays.</summary>
internal static class Backoff
{
    private const double FirstSeconds = 0.5;
    private const double LongestSeconds = 60;
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    /// <summary>Returns the delay after a failure: exponential, with jitter so that many servers do not retry at the same time.</summary>
    /// <param name="failures">Number of consecutive failures, 1 or more.</param>
    /// <param name="retryAfter">Delay requested by the server; a minimum, up to one hour.</param>
    public static TimeSpan After(int failures, TimeSpan? retryAfter = null)
    {
        var longest = Math.Min(LongestSeconds, FirstSeconds * Math.Pow(2, failures - 1));
        var delay = TimeSpan.FromSeconds(longest * (1 + Random.Shared.NextDouble()) / 2);
        return retryAfter > delay ? TimeSpan.FromTicks(Math.Min(retryAfter.Value.Ticks, LongestRetryAfter.Ticks)) : delay;
    }
}
