using InferenceServices.MediaWiki.Wikis;

namespace InferenceServices.MediaWiki.Client;

/// <summary>
/// Asks wikis. Errors are values; only a caller who leaves ends a call with an exception. Each method is one operation: however many calls it takes, it keeps to
/// one budget of time and retries. All may be called concurrently.
/// </summary>
/// <remarks>MediaWiki's Action API in its format version 2, and its REST API.</remarks>
public sealed class MediaWikiClient
{
    private readonly Upstreams _upstreams;

    internal MediaWikiClient(Upstreams upstreams) => _upstreams = upstreams;

    /// <summary>The page with a title, redirects resolved.</summary>
    /// <param name="wiki">Whom to ask.</param>
    /// <param name="title">As people write it: spaces or underscores, any case of the first letter.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>The page; else error <c>missingtitle</c>, or <c>invalidtitle</c> for what can be no title.</returns>
    public async ValueTask<MediaWikiResult<PageReference>> FindPageAsync(Wiki wiki, string title, CancellationToken cancellationToken)
    {
        using var operation = _upstreams.Begin(wiki, cancellationToken);
        return await PageLookup.FindAsync(operation, title);
    }

    /// <summary>The page with an id, redirects resolved.</summary>
    /// <param name="wiki">Whom to ask.</param>
    /// <param name="pageId">Any number.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>The page; else error <c>nosuchpageid</c>.</returns>
    public async ValueTask<MediaWikiResult<PageReference>> FindPageAsync(Wiki wiki, long pageId, CancellationToken cancellationToken)
    {
        using var operation = _upstreams.Begin(wiki, cancellationToken);
        return await PageLookup.FindAsync(operation, pageId);
    }

    /// <summary>Wikidata items of the articles a page links to now.</summary>
    /// <param name="wiki">Whom to ask.</param>
    /// <param name="pageId">The page; one that is not there links to nothing.</param>
    /// <param name="enough">Once there are more, no further ones are asked for.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>As <c>Q42</c>, each once, in ordinal order.</returns>
    public async ValueTask<MediaWikiResult<IReadOnlyList<string>>> GetLinkedItemsAsync(Wiki wiki, long pageId, int enough, CancellationToken cancellationToken)
    {
        using var operation = _upstreams.Begin(wiki, cancellationToken);
        return await LinkedItems.OfPageAsync(operation, pageId, enough);
    }

    /// <summary>Articles a revision links to, its templates as they are now.</summary>
    /// <param name="wiki">Whom to ask.</param>
    /// <param name="revisionId">Any number.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>The links; else error <c>nosuchrevid</c>, or <c>permissiondenied</c> for a hidden one.</returns>
    public async ValueTask<MediaWikiResult<RevisionLinks>> GetRevisionLinksAsync(Wiki wiki, long revisionId, CancellationToken cancellationToken)
    {
        using var operation = _upstreams.Begin(wiki, cancellationToken);
        return await RevisionLookup.LinksAsync(operation, revisionId);
    }

    /// <summary>Wikidata items of articles, redirects resolved.</summary>
    /// <param name="wiki">Whom to ask.</param>
    /// <param name="titles">Those without an item, or without a page, have none.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>As <c>Q42</c>, each once, in ordinal order.</returns>
    public async ValueTask<MediaWikiResult<IReadOnlyList<string>>> GetItemsAsync(Wiki wiki, IReadOnlyList<string> titles, CancellationToken cancellationToken)
    {
        using var operation = _upstreams.Begin(wiki, cancellationToken);
        return await LinkedItems.OfTitlesAsync(operation, titles);
    }

    /// <summary>Revisions with their content.</summary>
    /// <param name="wiki">Whom to ask.</param>
    /// <param name="ids">Any numbers.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>Those there are, and which are missing.</returns>
    public async ValueTask<MediaWikiResult<Revisions>> GetRevisionsAsync(Wiki wiki, IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        using var operation = _upstreams.Begin(wiki, cancellationToken);
        return await RevisionLookup.GetAsync(operation, ids);
    }

    /// <summary>Registered users.</summary>
    /// <param name="wiki">Whom to ask.</param>
    /// <param name="names">Of users; addresses are nobody's.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>Those there are, and which are missing.</returns>
    public async ValueTask<MediaWikiResult<WikiUsers>> GetUsersAsync(Wiki wiki, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        using var operation = _upstreams.Begin(wiki, cancellationToken);
        return await UserLookup.GetAsync(operation, names);
    }

    /// <summary>A page's HTML as it is now.</summary>
    /// <param name="wiki">Whom to ask.</param>
    /// <param name="title">Of the page; <see cref="FindPageAsync(Wiki, string, CancellationToken)"/> resolves redirects.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>A document; else error <c>rest-nonexistent-title</c>.</returns>
    public async ValueTask<MediaWikiResult<string>> GetHtmlAsync(Wiki wiki, string title, CancellationToken cancellationToken)
    {
        using var operation = _upstreams.Begin(wiki, cancellationToken);
        return await PageHtml.OfTitleAsync(operation, title);
    }

    /// <summary>A revision's HTML.</summary>
    /// <param name="wiki">Whom to ask.</param>
    /// <param name="revisionId">Any number.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>A document; else error <c>rest-nonexistent-revision</c>.</returns>
    public async ValueTask<MediaWikiResult<string>> GetHtmlAsync(Wiki wiki, long revisionId, CancellationToken cancellationToken)
    {
        using var operation = _upstreams.Begin(wiki, cancellationToken);
        return await PageHtml.OfRevisionAsync(operation, revisionId);
    }

    /// <summary>What the wiki says of itself.</summary>
    /// <param name="wiki">Whom to ask.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>Its name, version, language and namespaces.</returns>
    public async ValueTask<MediaWikiResult<SiteInfo>> GetSiteInfoAsync(Wiki wiki, CancellationToken cancellationToken)
    {
        using var operation = _upstreams.Begin(wiki, cancellationToken);
        return await SiteLookup.GetAsync(operation);
    }
}
