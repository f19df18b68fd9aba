namespace InferenceServices.MediaWiki.Client;

/// <summary>A revision, as far as the wiki shows it: what is hidden is null.</summary>
/// <param name="Id">1 or more.</param>
/// <param name="ParentId">The one before; 0 for a page's first.</param>
/// <param name="Page">The page it is one of.</param>
/// <param name="Timestamp">When it was saved, UTC.</param>
public sealed record Revision(long Id, long ParentId, PageReference Page, DateTimeOffset Timestamp)
{
    /// <summary>Who saved it: a name or an address; null when hidden.</summary>
    public string? User { get; init; }

    /// <summary>0 for who is not registered; null when hidden.</summary>
    public long? UserId { get; init; }

    /// <summary>The edit summary; null when hidden.</summary>
    public string? Comment { get; init; }

    /// <summary>Length of its content in bytes, shown even where the content is hidden.</summary>
    public long SizeBytes { get; init; }

    /// <summary>SHA-1 of its content, in hexadecimal; null when hidden.</summary>
    public string? Sha1 { get; init; }

    /// <summary>Whether it was marked as minor.</summary>
    public bool IsMinor { get; init; }

    /// <summary>Change tags.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>As <c>wikitext</c>; null when hidden.</summary>
    public string? ContentModel { get; init; }

    /// <summary>Of the main slot; null when hidden, see <see cref="IsContentHidden"/>, or not to be had.</summary>
    public string? Content { get; init; }

    /// <summary>Whether the content was hidden from the public.</summary>
    public bool IsContentHidden { get; init; }
}
