using InferenceServices.Contracts.Errors;
using InferenceServices.MediaWiki.Client;

namespace InferenceServices.Services.OutlinkTopic;

/// <summary>Which Wikidata items an article links to, as its wiki tells.</summary>
/// <remarks>liftwing: a set of items, more than a thousand are enough; of a revision, the items of its first thousand links.</remarks>
internal sealed class Outlinks(MediaWikiClient wikis)
{
    private const int Enough = 1_000;

    /// <returns>Each once, in ordinal order; none for an article without links.</returns>
    /// <exception cref="InvalidInputException">No title can be so, no such revision, or one of another article: 400.</exception>
    /// <exception cref="UnscorableInputException">There is no such article: 422.</exception>
    /// <exception cref="UpstreamException">The wiki does not answer: 502, 503, 504.</exception>
    public ValueTask<IReadOnlyList<string>> GetAsync(OutlinkTopicQuery query, CancellationToken cancellationToken)
        => query.RevisionId > 0 ? OfRevisionAsync(query, cancellationToken) : OfArticleAsync(query, cancellationToken);

    private async ValueTask<IReadOnlyList<string>> OfArticleAsync(OutlinkTopicQuery query, CancellationToken cancellationToken)
    {
        var pageId = query.PageTitle is { } title ? await FindAsync(query, title, cancellationToken) : query.PageId;
        var items = (await wikis.GetLinkedItemsAsync(query.Wiki, pageId, Enough, cancellationToken)).OrThrow();
        // An article that is not there links to nothing either; asked only then, so that the others cost one call less.
        if (items.Count == 0 && query.PageTitle is null) await FindAsync(query, pageId, cancellationToken);
        return items;
    }

    private async ValueTask<IReadOnlyList<string>> OfRevisionAsync(OutlinkTopicQuery query, CancellationToken cancellationToken)
    {
        var found = await wikis.GetRevisionLinksAsync(query.Wiki, query.RevisionId, cancellationToken);
        if (found.Error is { Kind: MediaWikiErrorKind.NotFound or MediaWikiErrorKind.Rejected } error)
            throw new InvalidInputException($"Cannot fetch revision {query.RevisionId} on {query.Wiki.Domain}: MediaWiki API error '{error.Code}'.");
        var links = found.OrThrow();
        // What an event says of its own revision is true of the moment it was sent.
        if (query.Event is null && !await IsOfAsync(links, query, cancellationToken))
            throw new InvalidInputException($"Revision {query.RevisionId} on {query.Wiki.Domain} is of page {links.PageId}, '{links.PageTitle}', not of the page asked for.");
        return links.Titles.Count == 0 ? [] : (await wikis.GetItemsAsync(query.Wiki, [.. links.Titles.Take(Enough)], cancellationToken)).OrThrow();
    }

    private async ValueTask<bool> IsOfAsync(RevisionLinks links, OutlinkTopicQuery query, CancellationToken cancellationToken)
        => query.PageTitle is { } title
            ? title.Replace('_', ' ') == links.PageTitle || await FindAsync(query, title, cancellationToken) == links.PageId
            : query.PageId == links.PageId;

    private async ValueTask<long> FindAsync(OutlinkTopicQuery query, string title, CancellationToken cancellationToken)
        => PageOf(await wikis.FindPageAsync(query.Wiki, title, cancellationToken), query, $"'{OutlinkTopicRequestValidator.Quote(title)}'");

    private async ValueTask<long> FindAsync(OutlinkTopicQuery query, long pageId, CancellationToken cancellationToken)
        => PageOf(await wikis.FindPageAsync(query.Wiki, pageId, cancellationToken), query, $"with id {pageId}");

    private static long PageOf(MediaWikiResult<PageReference> page, OutlinkTopicQuery query, string asked) => page.Error switch
    {
        { Kind: MediaWikiErrorKind.NotFound } => throw new UnscorableInputException($"There is no page {asked} on {query.Wiki.Domain}."),
        { Kind: MediaWikiErrorKind.Rejected, Code: "invalidtitle" } error => throw new InvalidInputException($"There can be no page {asked} on {query.Wiki.Domain}: {error.Info}"),
        _ => page.OrThrow().Id,
    };
}
