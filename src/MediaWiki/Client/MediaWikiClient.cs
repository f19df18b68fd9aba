using InferenceServices.MediaWiki.Wikis;

namespace InferenceServices.MediaWiki.Client;

/// <summary>
/// Client of MediaWiki's Action API (format version 2) and REST API. Errors are values; only cancellation throws. Each method is one
/// <see cref="WikiOperation"/>: all of its calls share one timeout and one number of retries. All methods are thread-safe.
/// </summary>
public sealed class MediaWikiClient
{
    private readonly WikiConnections _connections;

    internal MediaWikiClient(WikiConnections connections) => _connections = connections;

    /// <summary>Finds a page by title and resolves redirects.</summary>
    /// <param name="wiki">Wiki to query.</param>
    /// <param name="title">Page title with spaces or underscores; the first letter may have any case.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    /// <returns>The page; else error <c>missingtitle</c>, or <c>invalidtitle</c> for an invalid title.</returns>
    public async ValueTask<MediaWikiResult<PageReference>> FindPageAsync(Wiki wiki, string title, CancellationToken cancellationToken)
    {
        using var operation = _connections.Begin(wiki, cancellationToken);
        return await PageLookup.FindAsync(operation, title);
    }

    /// <summary>Finds a page by id and resolves redirects.</summary>
    /// <param name="wiki">Wiki to query.</param>
    /// <param name="pageId">Page id; any number.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    /// <returns>The page; else error <c>nosuchpageid</c>.</returns>
    public async ValueTask<MediaWikiResult<PageReference>> FindPageAsync(Wiki wiki, long pageId, CancellationToken cancellationToken)
    {
        using var operation = _connections.Begin(wiki, cancellationToken);
        return await PageLookup.FindAsync(operation, pageId);
    }

    /// <summary>Gets the Wikidata items of the articles that a page currently links to.</summary>
    /// <param name="wiki">Wiki to query.</param>
    /// <param name="pageId">Page id; a missing page has no links.</param>
    /// <param name="enough">Number of items after which no further results are requested.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    /// <returns>Distinct item ids, such as <c>Q42</c>, in ordinal order.</returns>
    public async ValueTask<MediaWikiResult<IReadOnlyList<string>>> GetLinkedItemsAsync(Wiki wiki, long pageId, int enough, CancellationToken cancellationToken)
    {
        using var operation = _connections.Begin(wiki, cancellationToken);
        return await LinkedItems.GetForPageAsync(operation, pageId, enough);
    }

    /// <summary>Gets the articles that a revision links to, rendered with the current templates.</summary>
    /// <param name="wiki">Wiki to query.</param>
    /// <param name="revisionId">Revision id; any number.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    /// <returns>The links; else error <c>nosuchrevid</c>, or <c>permissiondenied</c> for a hidden revision.</returns>
    public async ValueTask<MediaWikiResult<RevisionLinks>> GetRevisionLinksAsync(Wiki wiki, long revisionId, CancellationToken cancellationToken)
    {
        using var operation = _connections.Begin(wiki, cancellationToken);
        return await RevisionLookup.GetLinksAsync(operation, revisionId);
    }

    /// <summary>Gets the Wikidata items of articles and resolves redirects.</summary>
    /// <param name="wiki">Wiki to query.</param>
    /// <param name="titles">Page titles; missing pages and pages without an item are ignored.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    /// <returns>Distinct item ids, such as <c>Q42</c>, in ordinal order.</returns>
    public async ValueTask<MediaWikiResult<IReadOnlyList<string>>> GetItemsAsync(Wiki wiki, IReadOnlyList<string> titles, CancellationToken cancellationToken)
    {
        using var operation = _connections.Begin(wiki, cancellationToken);
        return await LinkedItems.GetForTitlesAsync(operation, titles);
    }

    /// <summary>Gets revisions with their content.</summary>
    /// <param name="wiki">Wiki to query.</param>
    /// <param name="ids">Revision ids; any numbers.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    /// <returns>Found revisions and missing ids.</returns>
    public async ValueTask<MediaWikiResult<Revisions>> GetRevisionsAsync(Wiki wiki, IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        using var operation = _connections.Begin(wiki, cancellationToken);
        return await RevisionLookup.GetAsync(operation, ids);
    }

    /// <summary>Gets registered users.</summary>
    /// <param name="wiki">Wiki to query.</param>
    /// <param name="names">User names; IP addresses are not users.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    /// <returns>Found users and missing names.</returns>
    public async ValueTask<MediaWikiResult<WikiUsers>> GetUsersAsync(Wiki wiki, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        using var operation = _connections.Begin(wiki, cancellationToken);
        return await UserLookup.GetAsync(operation, names);
    }

    /// <summary>Gets the current HTML of a page.</summary>
    /// <param name="wiki">Wiki to query.</param>
    /// <param name="title">Page title; use <see cref="FindPageAsync(Wiki, string, CancellationToken)"/> to resolve redirects.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    /// <returns>An HTML document; else error <c>rest-nonexistent-title</c>.</returns>
    public async ValueTask<MediaWikiResult<string>> GetHtmlAsync(Wiki wiki, string title, CancellationToken cancellationToken)
    {
        using var operation = _connections.Begin(wiki, cancellationToken);
        return await PageHtml.GetByTitleAsync(operation, title);
    }

    /// <summary>Gets the HTML of a revision.</summary>
    /// <param name="wiki">Wiki to query.</param>
    /// <param name="revisionId">Revision id; any number.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    /// <returns>An HTML document; else error <c>rest-nonexistent-revision</c>.</returns>
    public async ValueTask<MediaWikiResult<string>> GetHtmlAsync(Wiki wiki, long revisionId, CancellationToken cancellationToken)
    {
        using var operation = _connections.Begin(wiki, cancellationToken);
        return await PageHtml.GetByRevisionAsync(operation, revisionId);
    }

    /// <summary>Gets information about the wiki.</summary>
    /// <param name="wiki">Wiki to query.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    /// <returns>Database name, MediaWiki version, language and namespaces.</returns>
    public async ValueTask<MediaWikiResult<SiteInfo>> GetSiteInfoAsync(Wiki wiki, CancellationToken cancellationToken)
    {
        using var operation = _connections.Begin(wiki, cancellationToken);
        return await SiteLookup.GetAsync(operation);
    }
}
