namespace InferenceServices.EventGate;

/// <summary>How long to wait before something is tried again.</summary>
internal static class Backoff
{
    private const double FirstSeconds = 0.5;
    private const double LongestSeconds = 60;
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    /// <summary>Doubled with every failure, and varied by chance, so that many servers do not come back at once.</summary>
    /// <param name="failures">1 or more, in a row.</param>
    /// <param name="retryAfter">What was asked for; kept to, up to an hour.</param>
    public static TimeSpan After(int failures, TimeSpan? retryAfter = null)
    {
        var longest = Math.Min(LongestSeconds, FirstSeconds * Math.Pow(2, failures - 1));
        var wait = TimeSpan.FromSeconds(longest * (1 + Random.Shared.NextDouble()) / 2);
        return retryAfter > wait ? TimeSpan.FromTicks(Math.Min(retryAfter.Value.Ticks, LongestRetryAfter.Ticks)) : wait;
    }
}
