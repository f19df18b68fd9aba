namespace InferenceServices.MediaWiki.Client;

/// <summary>A revision. Hidden fields are null.</summary>
/// <param name="Id">Revision id, 1 or more.</param>
/// <param name="ParentId">Id of the parent revision; 0 for the first revision of a page.</param>
/// <param name="Page">Page of the revision.</param>
/// <param name="Timestamp">Time of the edit, UTC.</param>
public sealed record Revision(long Id, long ParentId, PageReference Page, DateTimeOffset Timestamp)
{
    /// <summary>User name or IP address of the author; null if hidden.</summary>
    public string? User { get; init; }

    /// <summary>User id of the author; 0 for an anonymous author; null if hidden.</summary>
    public long? UserId { get; init; }

    /// <summary>Edit summary; null if hidden.</summary>
    public string? Comment { get; init; }

    /// <summary>Size of the content in bytes; set even if the content is hidden.</summary>
    public long SizeBytes { get; init; }

    /// <summary>SHA-1 of the content, in hexadecimal; null if hidden.</summary>
    public string? Sha1 { get; init; }

    /// <summary>Whether the edit is marked as minor.</summary>
    public bool IsMinor { get; init; }

    /// <summary>Change tags.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Content model, such as <c>wikitext</c>; null if hidden.</summary>
    public string? ContentModel { get; init; }

    /// <summary>Content of the main slot; null if unavailable or hidden, see <see cref="IsContentHidden"/>.</summary>
    public string? Content { get; init; }

    /// <summary>Whether the content is hidden from the public.</summary>
    public bool IsContentHidden { get; init; }
}
