namespace InferenceServices.Contracts.Errors;

/// <summary>The predictor behind a transformer or explainer did not answer as it should.</summary>
public sealed class PredictorException : InferenceException
{
    private PredictorException(int statusCode, string code, string message, Exception? innerException)
        : base(statusCode, code, message, innerException)
    {
    }

    /// <inheritdoc/>
    public override bool ShouldLog => StatusCode is 502 or 504;

    /// <summary>No connection to the predictor came about: 502 <c>predictor_unreachable</c>.</summary>
    /// <param name="host">As given by <c>--predictor_host</c>.</param>
    /// <param name="innerException">What the connection said.</param>
    /// <returns>The exception to throw.</returns>
    public static PredictorException Unreachable(string host, Exception innerException)
        => new(502, "predictor_unreachable", $"The predictor at {host} cannot be reached.", innerException);

    /// <summary>The TLS handshake with the predictor failed: 502 <c>predictor_unreachable</c>.</summary>
    /// <param name="host">As given by <c>--predictor_host</c>.</param>
    /// <param name="innerException">What the handshake said.</param>
    /// <returns>The exception to throw.</returns>
    public static PredictorException TlsFailed(string host, Exception innerException)
        => new(502, "predictor_unreachable", $"The TLS handshake with the predictor at {host} failed: its certificate is not trusted, or it speaks no TLS.", innerException);

    /// <summary>The predictor could not be reached lately and is not tried for a while: 503 <c>predictor_unreachable</c>, with <c>Retry-After</c>.</summary>
    /// <param name="host">As given by <c>--predictor_host</c>.</param>
    /// <param name="retryAfter">When it is tried again.</param>
    /// <returns>The exception to throw.</returns>
    public static PredictorException CircuitOpen(string host, TimeSpan retryAfter)
        => new(503, "predictor_unreachable", $"The predictor at {host} could not be reached lately; try again later.", null) { RetryAfter = retryAfter };

    /// <summary>The connection broke before the answer was complete: 502 <c>predictor_failed</c>.</summary>
    /// <param name="host">As given by <c>--predictor_host</c>.</param>
    /// <param name="innerException">What the connection said.</param>
    /// <returns>The exception to throw.</returns>
    public static PredictorException ConnectionLost(string host, Exception innerException)
        => new(502, "predictor_failed", $"The connection to the predictor at {host} broke before its answer was complete.", innerException);

    /// <summary>The predictor took longer than <c>--predictor_request_timeout_seconds</c>: 504 <c>predictor_timeout</c>.</summary>
    /// <param name="host">As given by <c>--predictor_host</c>.</param>
    /// <param name="timeout">What was waited.</param>
    /// <returns>The exception to throw.</returns>
    public static PredictorException TimedOut(string host, TimeSpan timeout)
        => new(504, "predictor_timeout", $"The predictor at {host} did not answer within {timeout.TotalSeconds:0.###} s.", null);

    /// <summary>The predictor itself says that it took too long: 504 <c>predictor_timeout</c>.</summary>
    /// <param name="error">Its own sentence.</param>
    /// <returns>The exception to throw.</returns>
    public static PredictorException DeadlineExceeded(string error) => new(504, "predictor_timeout", $"The predictor took too long: {error}", null);

    /// <summary>The predictor's answer cannot be read: 502 <c>predictor_failed</c>.</summary>
    /// <param name="host">As given by <c>--predictor_host</c>.</param>
    /// <param name="innerException">What was wrong with the answer.</param>
    /// <returns>The exception to throw.</returns>
    public static PredictorException Unreadable(string host, Exception innerException)
        => new(502, "predictor_failed", $"The predictor at {host} answered with something that is no answer of its protocol.", innerException);

    /// <summary>The predictor's answer is larger than <c>--predictor_payload_limit</c>: 502 <c>predictor_failed</c>.</summary>
    /// <param name="host">As given by <c>--predictor_host</c>.</param>
    /// <param name="limitBytes">Most bytes that are read.</param>
    /// <returns>The exception to throw.</returns>
    public static PredictorException TooLarge(string host, long limitBytes)
        => new(502, "predictor_failed", $"The predictor at {host} answered with more than {limitBytes} bytes.", null);

    /// <summary>The predictor refused: a 4xx and 503 are passed on as they are (<c>predictor_refused</c>), anything else becomes 502 <c>predictor_failed</c>.</summary>
    /// <param name="statusCode">What the predictor answered.</param>
    /// <param name="error">Its own sentence.</param>
    /// <param name="retryAfter">Its <c>Retry-After</c>.</param>
    /// <returns>The exception to throw.</returns>
    public static PredictorException Refused(int statusCode, string error, TimeSpan? retryAfter)
        => statusCode is (>= 400 and < 500) or 503
            ? new(statusCode, "predictor_refused", error, null) { RetryAfter = retryAfter }
            : new(502, "predictor_failed", $"The predictor answered {statusCode}: {error}", null);
}
