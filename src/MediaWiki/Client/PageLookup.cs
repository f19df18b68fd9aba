using System.Globalization;
using InferenceServices.MediaWiki.Client.Api;

namespace InferenceServices.MediaWiki.Client;

/// <summary>From a title or an id to the page.</summary>
internal static class PageLookup
{
    public static async ValueTask<MediaWikiResult<PageReference>> FindAsync(Operation operation, string title)
    {
        if (!TitleBatches.MayBeName(title)) return new(MediaWikiErrors.InvalidTitle("The title has no characters, too many, or such as no title has."));
        return await FindAsync(operation, "&titles=" + Uri.EscapeDataString(title), "missingtitle", "The page you specified doesn't exist.");
    }

    public static async ValueTask<MediaWikiResult<PageReference>> FindAsync(Operation operation, long pageId)
    {
        var info = string.Create(CultureInfo.InvariantCulture, $"There is no page with ID {pageId}.");
        return pageId > 0
            ? await FindAsync(operation, string.Create(CultureInfo.InvariantCulture, $"&pageids={pageId}"), "nosuchpageid", info)
            : new(MediaWikiErrors.NotFound("nosuchpageid", info));
    }

    private static async ValueTask<MediaWikiResult<PageReference>> FindAsync(Operation operation, string page, string missingCode, string missingInfo)
    {
        var result = await operation.GetAsync(ApiCall.PathOf(operation, $"action=query&redirects={page}"), ApiReader.Read);
        if (!result.TryGet(out var answer, out var error)) return new(error);
        if (answer.Query is not { } query) return new(MediaWikiErrors.Broken(operation.Domain, "has no query"));
        // A title in front of which another wiki stands has no page here, and no entry.
        return (query.Pages is { Count: > 0 } pages ? pages[0] : new ApiPage { IsMissing = true }) switch
        {
            { IsInvalid: true } invalid => new(MediaWikiErrors.InvalidTitle(invalid.InvalidReason ?? "The title is invalid.")),
            // Special pages are made up as they are asked for: they have no id.
            { IsMissing: true } or { Namespace: < 0 } => new(MediaWikiErrors.NotFound(missingCode, missingInfo)),
            { PageId: > 0 and var id, Title: { } title } found => new(new PageReference(id, title, found.Namespace)),
            _ => new(MediaWikiErrors.Broken(operation.Domain, "has a page without id or title")),
        };
    }
}
