namespace InferenceServices.MediaWiki.Client;

/// <summary>Revisions that were asked for.</summary>
/// <param name="Found">By id.</param>
/// <param name="Missing">Ids of none, in the order asked for: never saved, or deleted with their page.</param>
public sealed record Revisions(IReadOnlyDictionary<long, Revision> Found, IReadOnlyList<long> Missing);
