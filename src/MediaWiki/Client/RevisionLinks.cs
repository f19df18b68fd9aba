namespace InferenceServices.MediaWiki.Client;

/// <summary>Links of a revision.</summary>
/// <param name="PageId">Id of the page of the revision.</param>
/// <param name="PageTitle">Current title of that page.</param>
/// <param name="Titles">Distinct titles of existing pages in the main namespace, in the order of the response.</param>
public sealed record RevisionLinks(long PageId, string PageTitle, IReadOnlyList<string> Titles);
