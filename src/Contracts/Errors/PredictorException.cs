namespace InferenceServices.Contracts.Errors;

/// <summary>The predictor behind a transformer or explainer did not answer as it should.</summary>
public sealed class PredictorException : InferenceException
{
    private PredictorException(int statusCode, string code, string message, Exception? innerException)
        : base(statusCode, code, message, innerException)
    {
    }

    /// <summary>The predictor cannot be reached: 502 <c>predictor_unreachable</c>.</summary>
    /// <param name="host">As given by <c>--predictor_host</c>.</param>
    /// <param name="innerException">What the connection said.</param>
    /// <returns>The exception to throw.</returns>
    public static PredictorException Unreachable(string host, Exception innerException)
        => new(502, "predictor_unreachable", $"The predictor at {host} cannot be reached.", innerException);

    /// <summary>The predictor took longer than <c>--predictor_request_timeout_seconds</c>: 504 <c>predictor_timeout</c>.</summary>
    /// <param name="host">As given by <c>--predictor_host</c>.</param>
    /// <param name="timeout">What was waited.</param>
    /// <returns>The exception to throw.</returns>
    public static PredictorException TimedOut(string host, TimeSpan timeout)
        => new(504, "predictor_timeout", $"The predictor at {host} did not answer within {timeout.TotalSeconds:0.###} s.", null);

    /// <summary>The predictor's answer cannot be read: 502 <c>predictor_failed</c>.</summary>
    /// <param name="host">As given by <c>--predictor_host</c>.</param>
    /// <param name="innerException">What was wrong with the answer.</param>
    /// <returns>The exception to throw.</returns>
    public static PredictorException Unreadable(string host, Exception innerException)
        => new(502, "predictor_failed", $"The predictor at {host} answered with something that is no V2 response.", innerException);

    /// <summary>The predictor refused: a 4xx, 429 or 503 is passed on as it is, anything else becomes 502 <c>predictor_failed</c>.</summary>
    /// <param name="statusCode">What the predictor answered.</param>
    /// <param name="error">The text of its <c>error</c>.</param>
    /// <param name="retryAfter">Its <c>Retry-After</c>.</param>
    /// <returns>The exception to throw.</returns>
    public static PredictorException Refused(int statusCode, string error, TimeSpan? retryAfter)
        => statusCode is (>= 400 and < 500) or 503
            ? new(statusCode, "predictor_refused", error, null) { RetryAfter = retryAfter }
            : new(502, "predictor_failed", $"The predictor answered {statusCode}: {error}", null);
}
