namespace InferenceServices.Contracts.Errors;

/// <summary>A server that a service fetches from, a wiki for one, did not answer as it should.</summary>
public sealed class UpstreamException : InferenceException
{
    private UpstreamException(int statusCode, string code, string message, Exception? innerException)
        : base(statusCode, code, message, innerException)
    {
    }

    /// <inheritdoc/>
    public override bool ShouldLog => StatusCode is 502 or 504;

    /// <summary>It refused, or its answer cannot be read: 502 <c>upstream_failed</c>.</summary>
    /// <param name="message">One sentence: which service, and what went wrong.</param>
    /// <param name="innerException">The cause; logged, not sent.</param>
    /// <returns>The exception to throw.</returns>
    public static UpstreamException Failed(string message, Exception? innerException = null) => new(502, "upstream_failed", message, innerException);

    /// <summary>The service cannot answer now, after retries, or its circuit is open: 503 <c>upstream_unavailable</c>, with <c>Retry-After</c>.</summary>
    /// <param name="message">One sentence: which service, and what went wrong.</param>
    /// <param name="retryAfter">When to come back.</param>
    /// <returns>The exception to throw.</returns>
    public static UpstreamException Unavailable(string message, TimeSpan retryAfter) => new(503, "upstream_unavailable", message, null) { RetryAfter = retryAfter };

    /// <summary>It took too long: 504 <c>upstream_timeout</c>.</summary>
    /// <param name="message">One sentence: which service, and the timeout.</param>
    /// <returns>The exception to throw.</returns>
    public static UpstreamException TimedOut(string message) => new(504, "upstream_timeout", message, null);
}
