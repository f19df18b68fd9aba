using InferenceServices.Contracts.Errors;
using InferenceServices.MediaWiki.Client;

namespace InferenceServices.Services.OutlinkTopic;

/// <summary>Gets the Wikidata items that an article links to.</summary>
/// <remarks>Same as Lift Wing: a set of items, up to about a thousand; for a revision, the items of its first thousand links.</remarks>
internal sealed class Outlinks(MediaWikiClient wikis)
{
    private const int Enough = 1_000;

    /// <summary>Gets the items of an article or revision.</summary>
    /// <returns>Distinct items in ordinal order; empty for an article without links.</returns>
    /// <exception cref="InvalidInputException">400: invalid title, missing revision, or revision of another article.</exception>
    /// <exception cref="UnscorableInputException">422: the article does not exist.</exception>
    /// <exception cref="UpstreamException">502, 503 or 504: the wiki does not respond.</exception>
    public ValueTask<IReadOnlyList<string>> GetAsync(OutlinkTopicQuery query, CancellationToken cancellationToken)
        => query.RevisionId > 0 ? OfRevisionAsync(query, cancellationToken) : OfArticleAsync(query, cancellationToken);

    private async ValueTask<IReadOnlyList<string>> OfArticleAsync(OutlinkTopicQuery query, CancellationToken cancellationToken)
    {
        var pageId = query.PageTitle is { } title ? await FindAsync(query, title, cancellationToken) : query.PageId;
        var items = (await wikis.GetLinkedItemsAsync(query.Wiki, pageId, Enough, cancellationToken)).OrThrow();
        // A missing article has no links either; checked only in this case, to save a call otherwise.
        if (items.Count == 0 && query.PageTitle is null) await FindAsync(query, pageId, cancellationToken);
        return items;
    }

    private async ValueTask<IReadOnlyList<string>> OfRevisionAsync(OutlinkTopicQuery query, CancellationToken cancellationToken)
    {
        var found = await wikis.GetRevisionLinksAsync(query.Wiki, query.RevisionId, cancellationToken);
        if (found.Error is { Kind: MediaWikiErrorKind.NotFound or MediaWikiErrorKind.Rejected } error)
            throw new InvalidInputException($"Cannot fetch revision {query.RevisionId} on {query.Wiki.Domain}: MediaWiki API error '{error.Code}'.");
        var links = found.OrThrow();
        // The page of an event's own revision is correct by definition.
        if (query.Event is null && !await IsOfAsync(links, query, cancellationToken))
            throw new InvalidInputException($"Revision {query.RevisionId} on {query.Wiki.Domain} is of page {links.PageId}, '{links.PageTitle}', not of the requested page.");
        return links.Titles.Count == 0 ? [] : (await wikis.GetItemsAsync(query.Wiki, [.. links.Titles.Take(Enough)], cancellationToken)).OrThrow();
    }

    private async ValueTask<bool> IsOfAsync(RevisionLinks links, OutlinkTopicQuery query, CancellationToken cancellationToken)
        => query.PageTitle is { } title
            ? title.Replace('_', ' ') == links.PageTitle || await FindAsync(query, title, cancellationToken) == links.PageId
            : query.PageId == links.PageId;

    private async ValueTask<long> FindAsync(OutlinkTopicQuery query, string title, CancellationToken cancellationToken)
        => PageOf(await wikis.FindPageAsync(query.Wiki, title, cancellationToken), query, $"'{RequestField.Quote(title)}'");

    private async ValueTask<long> FindAsync(OutlinkTopicQuery query, long pageId, CancellationToken cancellationToken)
        => PageOf(await wikis.FindPageAsync(query.Wiki, pageId, cancellationToken), query, $"with id {pageId}");

    private static long PageOf(MediaWikiResult<PageReference> result, OutlinkTopicQuery query, string page) => result.Error switch
    {
        { Kind: MediaWikiErrorKind.NotFound } => throw new UnscorableInputException($"There is no page {page} on {query.Wiki.Domain}."),
        { Kind: MediaWikiErrorKind.Rejected, Code: "invalidtitle" } error => throw new InvalidInputException($"Invalid page {page} on {query.Wiki.Domain}: {error.Info}"),
        _ => result.OrThrow().Id,
    };
}
