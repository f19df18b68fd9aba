namespace InferenceServices.MediaWiki.Client;

/// <summary>Information about a wiki.</summary>
/// <param name="DatabaseName">Database name, such as <c>enwiki</c>.</param>
/// <param name="Generator">MediaWiki version, such as <c>MediaWiki 1.39.17</c>.</param>
/// <param name="LanguageCode">Language of the content.</param>
/// <param name="Namespaces">Local names by id; empty for articles.</param>
public sealed record SiteInfo(string DatabaseName, string Generator, string LanguageCode, IReadOnlyDictionary<int, string> Namespaces);
