namespace InferenceServices.MediaWiki.Client;

/// <summary>Where a revision links to.</summary>
/// <param name="PageId">The page that the revision is one of.</param>
/// <param name="PageTitle">Its title now.</param>
/// <param name="Titles">Pages of the main namespace that there are, in the wiki's order, each once.</param>
public sealed record RevisionLinks(long PageId, string PageTitle, IReadOnlyList<string> Titles);
