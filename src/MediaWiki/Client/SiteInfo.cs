namespace InferenceServices.MediaWiki.Client;

/// <summary>What a wiki says of itself.</summary>
/// <param name="DatabaseName">As <c>enwiki</c>.</param>
/// <param name="Generator">As <c>MediaWiki 1.39.17</c>.</param>
/// <param name="LanguageCode">Of its content.</param>
/// <param name="Namespaces">By id: the local name, empty for articles.</param>
public sealed record SiteInfo(string DatabaseName, string Generator, string LanguageCode, IReadOnlyDictionary<int, string> Namespaces);
