using System.Globalization;
using System.Net;
using InferenceServices.Contracts.Errors;

namespace InferenceServices.MediaWiki.Client;

/// <summary>Creates the errors of the client and maps codes and statuses to <see cref="MediaWikiErrorKind"/>.</summary>
/// <remarks>Transient statuses and codes are those that Lift Wing's outlink model retries.</remarks>
internal static class MediaWikiErrors
{
    public const string TooManyCallsCode = "too-many-calls";
    public const string CircuitOpenCode = "circuit_open";

    // Error sentences fit; HTML pages are cut.
    private const int MaxInfo = 500;
    private const int MaxCode = 80;

    /// <summary>Creates an error reported by the Action API or the REST API.</summary>
    public static MediaWikiError FromApi(string code, string? info, HttpStatusCode status, TimeSpan? retryAfter)
    {
        code = ShortText.Of(code, MaxCode);
        return new MediaWikiError(code, string.IsNullOrWhiteSpace(info) ? $"MediaWiki answered with the error {code}." : ShortText.Of(info, MaxInfo), KindOf(code, status), retryAfter);
    }

    /// <summary>Creates an error for a status whose body has no readable error.</summary>
    public static MediaWikiError FromStatus(HttpStatusCode status, string domain, TimeSpan? retryAfter)
    {
        var kind = IsTransient(status) ? MediaWikiErrorKind.Unavailable : MediaWikiErrorKind.Rejected;
        return new MediaWikiError(string.Create(CultureInfo.InvariantCulture, $"http-{(int)status}"), string.Create(CultureInfo.InvariantCulture, $"{domain} answered with status {(int)status}."), kind, retryAfter);
    }

    /// <summary>The connection failed, or ended before the response was complete.</summary>
    public static MediaWikiError ConnectionFailed(string domain)
        => new("connection-failed", $"The connection to {domain} failed or ended before the response was complete.", MediaWikiErrorKind.Unavailable);

    /// <summary>No response within the timeout.</summary>
    public static MediaWikiError TimedOut(string domain, TimeSpan timeout)
        => new("timeout", string.Create(CultureInfo.InvariantCulture, $"{domain} did not answer within {timeout.TotalSeconds:0.###} s."), MediaWikiErrorKind.TimedOut);

    /// <summary>The response is not valid.</summary>
    /// <param name="domain">Domain of the wiki.</param>
    /// <param name="problem">Predicate that continues the sentence "The answer of …".</param>
    public static MediaWikiError InvalidResponse(string domain, string problem) => new("broken-answer", $"The answer of {domain} {problem}.", MediaWikiErrorKind.InvalidResponse);

    /// <summary>The response is larger than <see cref="MediaWikiOptions.AnswerLimit"/>.</summary>
    public static MediaWikiError TooLarge(string domain, int limitBytes)
        => new("answer-too-large", string.Create(CultureInfo.InvariantCulture, $"The answer of {domain} is larger than {limitBytes} bytes."), MediaWikiErrorKind.InvalidResponse);

    /// <summary>The concurrency limit of this client is reached.</summary>
    public static MediaWikiError TooManyCalls(string domain)
        => new(TooManyCallsCode, $"Too many calls to {domain} are in progress.", MediaWikiErrorKind.Unavailable, TimeSpan.FromSeconds(1));

    /// <summary>The circuit breaker of the wiki is open.</summary>
    public static MediaWikiError CircuitOpen(string domain, TimeSpan retryAfter)
        => new(CircuitOpenCode, $"{domain} failed too often; its circuit breaker is open.", MediaWikiErrorKind.Unavailable, retryAfter);

    /// <summary>The page, revision or title does not exist.</summary>
    public static MediaWikiError NotFound(string code, string info) => new(code, info, MediaWikiErrorKind.NotFound);

    /// <summary>The title is not valid.</summary>
    public static MediaWikiError InvalidTitle(string info) => new("invalidtitle", info, MediaWikiErrorKind.Rejected);

    /// <summary>Whether the wiki may answer the same call later. False for errors that this client creates without a call.</summary>
    public static bool IsTransient(MediaWikiError? error)
        => error is { Kind: MediaWikiErrorKind.Unavailable or MediaWikiErrorKind.TimedOut, Code: not (TooManyCallsCode or CircuitOpenCode) };

    private static MediaWikiErrorKind KindOf(string code, HttpStatusCode status) => code switch
    {
        "maxlag" or "ratelimited" or "readonly" => MediaWikiErrorKind.Unavailable,
        _ when code.StartsWith("internal_api_error", StringComparison.Ordinal) => MediaWikiErrorKind.Unavailable,
        "missingtitle" or "nosuchpageid" or "nosuchrevid" or "rest-nonexistent-title" or "rest-nonexistent-revision" => MediaWikiErrorKind.NotFound,
        _ => IsTransient(status) ? MediaWikiErrorKind.Unavailable : MediaWikiErrorKind.Rejected,
    };

    private static bool IsTransient(HttpStatusCode status) => (int)status is 429 or 500 or 502 or 503 or 504;
}
