namespace InferenceServices.MediaWiki.Wikis;

/// <summary>A public Wikimedia wiki.</summary>
/// <param name="DatabaseName">Database name, used in events and dumps, such as <c>enwiki</c> or <c>zh_yuewiki</c>.</param>
/// <param name="Domain">Host name, such as <c>zh-yue.wikipedia.org</c>.</param>
/// <param name="Family">Project: <c>wikipedia</c>, <c>wiktionary</c>, …, <c>wikimedia</c>, <c>wikidata</c>; <c>special</c> for a wiki on wikipedia.org that is not a Wikipedia.</param>
/// <param name="LanguageCode">Language of the content, such as <c>yue</c>; <c>en</c> for multilingual wikis.</param>
public sealed record Wiki(string DatabaseName, string Domain, string Family, string LanguageCode)
{
    /// <summary>First label of <see cref="Domain"/>; identifies a Wikipedia.</summary>
    public string Subdomain { get; } = Domain[..Domain.IndexOf('.', StringComparison.Ordinal)];

    /// <summary>Whether the wiki is a Wikipedia.</summary>
    public bool IsWikipedia => Family == "wikipedia";

    /// <summary>Whether the wiki is on wikipedia.org: a Wikipedia, or another wiki such as test.wikipedia.org, which has the software and the streams of one.</summary>
    public bool IsOnWikipedia => Domain.EndsWith(".wikipedia.org", StringComparison.Ordinal);
}
