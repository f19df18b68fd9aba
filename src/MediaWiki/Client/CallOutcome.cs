namespace InferenceServices.MediaWiki.Client;

/// <summary>How a call ended, as a metric's label.</summary>
internal static class CallOutcome
{
    public const string Cancelled = "cancelled";
    public const string TimedOut = "timeout";

    public static string Of(MediaWikiError? error) => error?.Kind switch
    {
        null => "ok",
        MediaWikiErrorKind.NotFound => "not_found",
        MediaWikiErrorKind.Refused => "refused",
        MediaWikiErrorKind.Unavailable => "unavailable",
        MediaWikiErrorKind.TimedOut => TimedOut,
        _ => "broken",
    };
}
