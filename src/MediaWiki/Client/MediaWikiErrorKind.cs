namespace InferenceServices.MediaWiki.Client;

/// <summary>What an error of a wiki means for whoever asked.</summary>
public enum MediaWikiErrorKind
{
    /// <summary>There is no such page, revision or title.</summary>
    NotFound,

    /// <summary>The wiki will not answer this, however often it is asked.</summary>
    Refused,

    /// <summary>The wiki cannot answer now, and was asked as often as it may be; later it may.</summary>
    Unavailable,

    /// <summary>The wiki did not answer in time.</summary>
    TimedOut,

    /// <summary>The wiki's answer cannot be read.</summary>
    Broken,
}
