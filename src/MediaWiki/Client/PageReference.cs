namespace InferenceServices.MediaWiki.Client;

/// <summary>A page that there is.</summary>
/// <param name="Id">1 or more.</param>
/// <param name="Title">With its namespace in front, and spaces; as the wiki writes it.</param>
/// <param name="Namespace">0 for articles.</param>
public sealed record PageReference(long Id, string Title, int Namespace);
