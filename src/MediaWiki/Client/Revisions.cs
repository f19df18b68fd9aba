namespace InferenceServices.MediaWiki.Client;

/// <summary>Result of a revision query.</summary>
/// <param name="Found">Revisions by id.</param>
/// <param name="Missing">Requested ids without a revision, in request order: never created, or deleted with the page.</param>
public sealed record Revisions(IReadOnlyDictionary<long, Revision> Found, IReadOnlyList<long> Missing);
