namespace InferenceServices.Contracts.Errors;

/// <summary>An error of an upstream server, such as a wiki, that a service fetches data from.</summary>
public sealed class UpstreamException : InferenceException
{
    private UpstreamException(int statusCode, string code, string message, Exception? innerException)
        : base(statusCode, code, message, innerException)
    {
    }

    /// <inheritdoc/>
    public override bool ShouldLog => StatusCode is 502 or 504;

    /// <summary>Creates the error for an error response or an invalid response: 502 <c>upstream_failed</c>.</summary>
    /// <param name="message">One sentence: the upstream and the error.</param>
    /// <param name="innerException">The cause; logged, not sent.</param>
    /// <returns>The exception to throw.</returns>
    public static UpstreamException Failed(string message, Exception? innerException = null) => new(502, "upstream_failed", message, innerException);

    /// <summary>Creates the error for an upstream that is unavailable after retries, or whose circuit is open: 503 <c>upstream_unavailable</c>, with <c>Retry-After</c>.</summary>
    /// <param name="message">One sentence: the upstream and the error.</param>
    /// <param name="retryAfter">Delay after which the client may retry.</param>
    /// <returns>The exception to throw.</returns>
    public static UpstreamException Unavailable(string message, TimeSpan retryAfter) => new(503, "upstream_unavailable", message, null) { RetryAfter = retryAfter };

    /// <summary>Creates the error for a timeout: 504 <c>upstream_timeout</c>.</summary>
    /// <param name="message">One sentence: the upstream and the timeout.</param>
    /// <returns>The exception to throw.</returns>
    public static UpstreamException TimedOut(string message) => new(504, "upstream_timeout", message, null);
}
