namespace InferenceServices.MediaWiki.Client;

/// <summary>An existing page.</summary>
/// <param name="Id">Page id, 1 or more.</param>
/// <param name="Title">Canonical title with namespace prefix and spaces.</param>
/// <param name="Namespace">Namespace id; 0 for articles.</param>
public sealed record PageReference(long Id, string Title, int Namespace);
