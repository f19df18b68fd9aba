namespace InferenceServices.RevisionFeatures;

/// <summary>A revision as features see it. What is not known is null.</summary>
public sealed record RevisionInput
{
    /// <summary>Its wikitext; null counts as empty.</summary>
    public string? Text { get; init; }

    /// <summary>The wikitext it changed; null when it created the page.</summary>
    public string? ParentText { get; init; }

    /// <summary>Who saved it.</summary>
    public required RevisionAuthor Author { get; init; }

    /// <summary>When it was saved, in UTC, to the second.</summary>
    public DateTimeOffset Timestamp { get; init; }

    /// <summary>The author's summary; null counts as empty.</summary>
    public string? Comment { get; init; }

    /// <summary>The number of the page's namespace; 0 holds articles.</summary>
    public int Namespace { get; init; }
}
