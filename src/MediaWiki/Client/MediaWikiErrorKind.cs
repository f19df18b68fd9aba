namespace InferenceServices.MediaWiki.Client;

/// <summary>Category of an error of a wiki.</summary>
public enum MediaWikiErrorKind
{
    /// <summary>The page, revision or title does not exist.</summary>
    NotFound,

    /// <summary>The wiki rejects the call; a retry gives the same error.</summary>
    Rejected,

    /// <summary>The wiki cannot respond now and all retries failed; a later call may succeed.</summary>
    Unavailable,

    /// <summary>The wiki did not respond in time.</summary>
    TimedOut,

    /// <summary>The response of the wiki cannot be read.</summary>
    InvalidResponse,
}
