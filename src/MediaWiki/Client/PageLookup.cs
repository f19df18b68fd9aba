using System.Globalization;
using InferenceServices.MediaWiki.Client.Api;

namespace InferenceServices.MediaWiki.Client;

/// <summary>Finds pages by title or id.</summary>
internal static class PageLookup
{
    public static async ValueTask<MediaWikiResult<PageReference>> FindAsync(WikiOperation operation, string title)
    {
        if (!TitleBatches.IsValidName(title)) return new(TitleBatches.InvalidTitle);
        return await FindAsync(operation, "&titles=" + Uri.EscapeDataString(title), "missingtitle", "The page you specified doesn't exist.");
    }

    public static async ValueTask<MediaWikiResult<PageReference>> FindAsync(WikiOperation operation, long pageId)
    {
        var info = string.Create(CultureInfo.InvariantCulture, $"There is no page with ID {pageId}.");
        return pageId > 0
            ? await FindAsync(operation, string.Create(CultureInfo.InvariantCulture, $"&pageids={pageId}"), "nosuchpageid", info)
            : new(MediaWikiErrors.NotFound("nosuchpageid", info));
    }

    private static async ValueTask<MediaWikiResult<PageReference>> FindAsync(WikiOperation operation, string page, string missingCode, string missingInfo)
    {
        var result = await operation.GetAsync(ApiCall.BuildPath(operation, $"action=query&redirects={page}"), ApiReader.Read);
        if (!result.TryGet(out var body, out var error)) return new(error);
        if (body.Query is not { } query) return new(MediaWikiErrors.InvalidResponse(operation.Domain, "has no query"));
        // A title with an interwiki prefix has no entry in the result.
        return (query.Pages is { Count: > 0 } pages ? pages[0] : new ApiPage { IsMissing = true }) switch
        {
            { IsInvalid: true } invalid => new(MediaWikiErrors.InvalidTitle(invalid.InvalidReason ?? "The title is invalid.")),
            // Special pages have no id.
            { IsMissing: true } or { Namespace: < 0 } => new(MediaWikiErrors.NotFound(missingCode, missingInfo)),
            { PageId: > 0 and var id, Title: { } title } found => new(new PageReference(id, title, found.Namespace)),
            _ => new(MediaWikiErrors.InvalidResponse(operation.Domain, "has a page without id or title")),
        };
    }
}
