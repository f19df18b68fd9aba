namespace InferenceServices.RevisionFeatures;

/// <summary>Revision data for features. Unknown values are null.</summary>
public sealed record RevisionInput
{
    /// <summary>Wikitext; null counts as empty.</summary>
    public string? Text { get; init; }

    /// <summary>Wikitext of the parent revision; null for the first revision of a page.</summary>
    public string? ParentText { get; init; }

    /// <summary>Author.</summary>
    public required RevisionAuthor Author { get; init; }

    /// <summary>Time of the edit, UTC, in whole seconds.</summary>
    public DateTimeOffset Timestamp { get; init; }

    /// <summary>Edit summary; null counts as empty.</summary>
    public string? Comment { get; init; }

    /// <summary>Namespace id of the page; 0 for articles.</summary>
    public int Namespace { get; init; }
}
