namespace InferenceServices.MediaWiki.Wikis;

/// <summary>A public wiki of Wikimedia.</summary>
/// <param name="DatabaseName">Its name in events and dumps, as <c>enwiki</c>, <c>zh_yuewiki</c>.</param>
/// <param name="Domain">Where it is served, as <c>zh-yue.wikipedia.org</c>.</param>
/// <param name="Family">Its project: <c>wikipedia</c>, <c>wiktionary</c>, …, <c>wikimedia</c>, <c>wikidata</c>; <c>special</c> for what is at wikipedia.org and is none.</param>
/// <param name="LanguageCode">Of its content, as <c>yue</c>; <c>en</c> for wikis of many languages.</param>
public sealed record Wiki(string DatabaseName, string Domain, string Family, string LanguageCode)
{
    /// <summary>First label of <see cref="Domain"/>: what Wikipedias go by.</summary>
    public string Subdomain { get; } = Domain[..Domain.IndexOf('.', StringComparison.Ordinal)];

    /// <summary>Whether it is an encyclopaedia of one language.</summary>
    public bool IsWikipedia => Family == "wikipedia";
}
