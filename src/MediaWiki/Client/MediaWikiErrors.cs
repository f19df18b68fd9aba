using System.Globalization;
using System.Net;

namespace InferenceServices.MediaWiki.Client;

/// <summary>What is an error of which kind, in one place.</summary>
/// <remarks>The statuses and codes that may pass are those that Lift Wing's outlink model retries on.</remarks>
internal static class MediaWikiErrors
{
    public const string TooManyCalls = "too-many-calls";
    public const string LeftAlone = "left-alone";

    // Sentences, not pages of HTML.
    private const int MaxInfo = 500;
    private const int MaxCode = 80;

    /// <summary>What the API or REST says is wrong.</summary>
    public static MediaWikiError OfApi(string code, string? info, HttpStatusCode status, TimeSpan? retryAfter)
    {
        code = Shorten(code, MaxCode);
        return new MediaWikiError(code, string.IsNullOrWhiteSpace(info) ? $"MediaWiki answered with the error {code}." : Shorten(info, MaxInfo), KindOf(code, status), retryAfter);
    }

    /// <summary>A status with nothing behind it that could be read.</summary>
    public static MediaWikiError OfStatus(HttpStatusCode status, string domain, TimeSpan? retryAfter)
    {
        var kind = MayPass(status) ? MediaWikiErrorKind.Unavailable : MediaWikiErrorKind.Refused;
        return new MediaWikiError(string.Create(CultureInfo.InvariantCulture, $"http-{(int)status}"), string.Create(CultureInfo.InvariantCulture, $"{domain} answered with status {(int)status}."), kind, retryAfter);
    }

    /// <summary>No connection came about, or it broke before the answer was complete.</summary>
    public static MediaWikiError ConnectionFailed(string domain) => new("connection-failed", $"The connection to {domain} did not come about, or broke before its answer was complete.", MediaWikiErrorKind.Unavailable);

    /// <summary>Nothing came in time.</summary>
    public static MediaWikiError TimedOut(string domain, TimeSpan timeout)
        => new("timeout", string.Create(CultureInfo.InvariantCulture, $"{domain} did not answer within {timeout.TotalSeconds:0.###} s."), MediaWikiErrorKind.TimedOut);

    /// <summary>What came is no answer.</summary>
    /// <param name="domain">Whose.</param>
    /// <param name="what">What is wrong with it, in continuation of "The answer of …".</param>
    public static MediaWikiError Broken(string domain, string what) => new("broken-answer", $"The answer of {domain} {what}.", MediaWikiErrorKind.Broken);

    /// <summary>What came is too much.</summary>
    public static MediaWikiError TooLarge(string domain, int limitBytes)
        => new("answer-too-large", string.Create(CultureInfo.InvariantCulture, $"The answer of {domain} is larger than {limitBytes} bytes."), MediaWikiErrorKind.Broken);

    /// <summary>Our own calls are too many.</summary>
    public static MediaWikiError TooMany(string domain) => new(TooManyCalls, $"Too many calls to {domain} are under way.", MediaWikiErrorKind.Unavailable, TimeSpan.FromSeconds(1));

    /// <summary>Calls failed lately.</summary>
    public static MediaWikiError Left(string domain, TimeSpan retryAfter) => new(LeftAlone, $"{domain} failed too often lately and is left alone.", MediaWikiErrorKind.Unavailable, retryAfter);

    /// <summary>No such page, or no such thing as such a page.</summary>
    public static MediaWikiError NotFound(string code, string info) => new(code, info, MediaWikiErrorKind.NotFound);

    /// <summary>What no title can be.</summary>
    public static MediaWikiError InvalidTitle(string info) => new("invalidtitle", info, MediaWikiErrorKind.Refused);

    /// <summary>Whether the same call may succeed later, as far as the wiki is concerned.</summary>
    public static bool MayPass(MediaWikiError? error)
        => error is { Kind: MediaWikiErrorKind.Unavailable or MediaWikiErrorKind.TimedOut, Code: not (TooManyCalls or LeftAlone) };

    private static MediaWikiErrorKind KindOf(string code, HttpStatusCode status) => code switch
    {
        "maxlag" or "ratelimited" or "readonly" => MediaWikiErrorKind.Unavailable,
        _ when code.StartsWith("internal_api_error", StringComparison.Ordinal) => MediaWikiErrorKind.Unavailable,
        "missingtitle" or "nosuchpageid" or "nosuchrevid" or "rest-nonexistent-title" or "rest-nonexistent-revision" => MediaWikiErrorKind.NotFound,
        _ => MayPass(status) ? MediaWikiErrorKind.Unavailable : MediaWikiErrorKind.Refused,
    };

    private static bool MayPass(HttpStatusCode status) => (int)status is 429 or 500 or 502 or 503 or 504;

    private static string Shorten(string text, int length) => text.Length <= length ? text : text[..length] + "…";
}
