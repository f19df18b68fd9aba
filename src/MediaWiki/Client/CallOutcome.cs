namespace InferenceServices.MediaWiki.Client;

/// <summary>Values of the metric label <c>outcome</c>.</summary>
internal static class CallOutcome
{
    public const string Cancelled = "cancelled";
    public const string TimedOut = "timeout";

    public static string Of(MediaWikiError? error) => error?.Kind switch
    {
        null => "ok",
        MediaWikiErrorKind.NotFound => "not_found",
        MediaWikiErrorKind.Rejected => "refused",
        MediaWikiErrorKind.Unavailable => "unavailable",
        MediaWikiErrorKind.TimedOut => TimedOut,
        _ => "broken",
    };
}
