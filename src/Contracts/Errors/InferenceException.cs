namespace InferenceServices.Contracts.Errors;

/// <summary>A refusal that says how it is answered. One sealed subclass for each reason.</summary>
public abstract class InferenceException : Exception
{
    private protected InferenceException(int statusCode, string code, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        StatusCode = statusCode;
        Code = code;
    }

    /// <summary>HTTP status.</summary>
    public int StatusCode { get; }

    /// <summary>Stable name of the reason, in snake case; <c>docs/errors.md</c> lists them.</summary>
    public string Code { get; }

    /// <summary>Whether the error is logged for the operator, with its inner exception.</summary>
    public virtual bool ShouldLog => StatusCode == 500;

    /// <summary>When the caller may come back; null when coming back is no use.</summary>
    public TimeSpan? RetryAfter { get; protected init; }
}
