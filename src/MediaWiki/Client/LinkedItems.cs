using System.Globalization;
using InferenceServices.MediaWiki.Client.Api;

namespace InferenceServices.MediaWiki.Client;

/// <summary>Gets the Wikidata items of pages.</summary>
internal static class LinkedItems
{
    private const string OfLinks = "action=query&generator=links&redirects=&prop=pageprops&ppprop=wikibase_item&gplnamespace=0&gpllimit=500&pageids=";
    private const string OfTitles = "action=query&redirects=&prop=pageprops&ppprop=wikibase_item&titles=";

    public static async ValueTask<MediaWikiResult<IReadOnlyList<string>>> GetForPageAsync(WikiOperation operation, long pageId, int enough)
    {
        var items = new HashSet<ulong>();
        var error = pageId > 0 ? await CollectAsync(operation, OfLinks + pageId.ToString(CultureInfo.InvariantCulture), items, enough) : null;
        return error is null ? new(Sorted(items)) : new(error);
    }

    public static async ValueTask<MediaWikiResult<IReadOnlyList<string>>> GetForTitlesAsync(WikiOperation operation, IReadOnlyList<string> titles)
    {
        var items = new HashSet<ulong>();
        foreach (var batch in TitleBatches.Split(titles))
            if (await CollectAsync(operation, OfTitles + batch, items, int.MaxValue) is { } error) return new(error);
        return new(Sorted(items));
    }

    private static async ValueTask<MediaWikiError?> CollectAsync(WikiOperation operation, string query, HashSet<ulong> items, int enough)
    {
        var continuation = "";
        do
        {
            var result = await operation.GetAsync(ApiCall.BuildPath(operation, query, continuation), ItemsReader.Read);
            if (!result.TryGet(out var batch, out var error)) return error;
            items.UnionWith(batch.Items);
            var next = batch.Continuation;
            if (next.Length > 0 && next == continuation) return MediaWikiErrors.InvalidResponse(operation.Domain, "repeats its continuation");
            continuation = next;
        }
        while (continuation.Length > 0 && items.Count <= enough);
        return null;
    }

    private static string[] Sorted(HashSet<ulong> items)
    {
        ulong[] sorted = [.. items];
        Array.Sort(sorted);
        return Array.ConvertAll(sorted, ItemId.Unpack);
    }
}
