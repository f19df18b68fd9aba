namespace InferenceServices.Contracts.Errors;

/// <summary>An error of the predictor of a transformer or explainer.</summary>
public sealed class PredictorException : InferenceException
{
    private PredictorException(int statusCode, string code, string message, Exception? innerException)
        : base(statusCode, code, message, innerException)
    {
    }

    /// <inheritdoc/>
    public override bool ShouldLog => StatusCode is 502 or 504;

    /// <summary>Creates the error for a failed connection: 502 <c>predictor_unreachable</c>.</summary>
    /// <param name="host">Value of <c>--predictor_host</c>.</param>
    /// <param name="innerException">The exception of the connection.</param>
    /// <returns>The exception to throw.</returns>
    public static PredictorException Unreachable(string host, Exception innerException)
        => new(502, "predictor_unreachable", $"The predictor at {host} cannot be reached.", innerException);

    /// <summary>Creates the error for a failed TLS handshake: 502 <c>predictor_unreachable</c>.</summary>
    /// <param name="host">Value of <c>--predictor_host</c>.</param>
    /// <param name="innerException">The exception of the handshake.</param>
    /// <returns>The exception to throw.</returns>
    public static PredictorException TlsFailed(string host, Exception innerException)
        => new(502, "predictor_unreachable", $"The TLS handshake with the predictor at {host} failed: its certificate is not trusted, or it speaks no TLS.", innerException);

    /// <summary>Creates the error for an open circuit: 503 <c>predictor_unreachable</c>, with <c>Retry-After</c>.</summary>
    /// <param name="host">Value of <c>--predictor_host</c>.</param>
    /// <param name="retryAfter">Time until the circuit is half open.</param>
    /// <returns>The exception to throw.</returns>
    public static PredictorException CircuitOpen(string host, TimeSpan retryAfter)
        => new(503, "predictor_unreachable", $"The predictor at {host} could not be reached lately; try again later.", null) { RetryAfter = retryAfter };

    /// <summary>Creates the error for a connection that broke before the response was complete: 502 <c>predictor_failed</c>.</summary>
    /// <param name="host">Value of <c>--predictor_host</c>.</param>
    /// <param name="innerException">The exception of the connection.</param>
    /// <returns>The exception to throw.</returns>
    public static PredictorException ConnectionLost(string host, Exception innerException)
        => new(502, "predictor_failed", $"The connection to the predictor at {host} broke before its answer was complete.", innerException);

    /// <summary>Creates the error for a request that exceeded <c>--predictor_request_timeout_seconds</c>: 504 <c>predictor_timeout</c>.</summary>
    /// <param name="host">Value of <c>--predictor_host</c>.</param>
    /// <param name="timeout">The timeout.</param>
    /// <returns>The exception to throw.</returns>
    public static PredictorException TimedOut(string host, TimeSpan timeout)
        => new(504, "predictor_timeout", $"The predictor at {host} did not answer within {timeout.TotalSeconds:0.###} s.", null);

    /// <summary>Creates the error for a timeout that the predictor reports: 504 <c>predictor_timeout</c>.</summary>
    /// <param name="error">The predictor's error message.</param>
    /// <returns>The exception to throw.</returns>
    public static PredictorException DeadlineExceeded(string error) => new(504, "predictor_timeout", $"The predictor took too long: {error}", null);

    /// <summary>Creates the error for an invalid response: 502 <c>predictor_failed</c>.</summary>
    /// <param name="host">Value of <c>--predictor_host</c>.</param>
    /// <param name="innerException">The exception of the parser.</param>
    /// <returns>The exception to throw.</returns>
    public static PredictorException Unreadable(string host, Exception innerException)
        => new(502, "predictor_failed", $"The predictor at {host} sent an invalid response.", innerException);

    /// <summary>Creates the error for a response larger than <c>--predictor_payload_limit</c>: 502 <c>predictor_failed</c>.</summary>
    /// <param name="host">Value of <c>--predictor_host</c>.</param>
    /// <param name="limitBytes">The limit in bytes.</param>
    /// <returns>The exception to throw.</returns>
    public static PredictorException TooLarge(string host, long limitBytes)
        => new(502, "predictor_failed", $"The predictor at {host} answered with more than {limitBytes} bytes.", null);

    /// <summary>Creates the error for an error status: a 4xx or 503 is forwarded (<c>predictor_refused</c>), any other becomes 502 <c>predictor_failed</c>.</summary>
    /// <param name="statusCode">The status of the predictor's response.</param>
    /// <param name="error">The predictor's error message.</param>
    /// <param name="retryAfter">The predictor's <c>Retry-After</c>; null without the header.</param>
    /// <returns>The exception to throw.</returns>
    public static PredictorException Rejected(int statusCode, string error, TimeSpan? retryAfter)
        => statusCode is (>= 400 and < 500) or 503
            ? new(statusCode, "predictor_refused", error, null) { RetryAfter = retryAfter }
            : new(502, "predictor_failed", $"The predictor answered {statusCode}: {error}", null);
}
