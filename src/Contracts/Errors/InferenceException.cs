namespace InferenceServices.Contracts.Errors;

/// <summary>An error of a request, with HTTP status and error code. Each reason has a sealed subclass.</summary>
public abstract class InferenceException : Exception
{
    private protected InferenceException(int statusCode, string code, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        StatusCode = statusCode;
        Code = code;
    }

    /// <summary>Gets the HTTP status.</summary>
    public int StatusCode { get; }

    /// <summary>Gets the error code, in snake case; <c>docs/errors.md</c> lists all codes.</summary>
    public string Code { get; }

    /// <summary>Gets whether the error is logged for the operator, with its inner exception.</summary>
    public virtual bool ShouldLog => StatusCode == 500;

    /// <summary>Gets the delay after which the client may retry; null if a retry does not help.</summary>
    public TimeSpan? RetryAfter { get; protected init; }
}
