using System.Globalization;
using InferenceServices.MediaWiki.Client.Api;

namespace InferenceServices.MediaWiki.Client;

/// <summary>From pages to the Wikidata items they are about.</summary>
internal static class LinkedItems
{
    private const string OfLinks = "action=query&generator=links&redirects=&prop=pageprops&ppprop=wikibase_item&gplnamespace=0&gpllimit=500&pageids=";
    private const string OfTitles = "action=query&redirects=&prop=pageprops&ppprop=wikibase_item&titles=";

    public static async ValueTask<MediaWikiResult<IReadOnlyList<string>>> OfPageAsync(Operation operation, long pageId, int enough)
    {
        var items = new HashSet<ulong>();
        var error = pageId > 0 ? await CollectAsync(operation, OfLinks + pageId.ToString(CultureInfo.InvariantCulture), items, enough) : null;
        return error is null ? new(Sorted(items)) : new(error);
    }

    public static async ValueTask<MediaWikiResult<IReadOnlyList<string>>> OfTitlesAsync(Operation operation, IReadOnlyList<string> titles)
    {
        var items = new HashSet<ulong>();
        foreach (var batch in TitleBatches.Of(titles))
            if (await CollectAsync(operation, OfTitles + batch, items, int.MaxValue) is { } error) return new(error);
        return new(Sorted(items));
    }

    private static async ValueTask<MediaWikiError?> CollectAsync(Operation operation, string query, HashSet<ulong> items, int enough)
    {
        var continuation = "";
        do
        {
            var result = await operation.GetAsync(ApiCall.PathOf(operation, query, continuation), ItemsReader.Read);
            if (!result.TryGet(out var answer, out var error)) return error;
            items.UnionWith(answer.Items);
            var next = answer.Continuation;
            if (next.Length > 0 && next == continuation) return MediaWikiErrors.Broken(operation.Domain, "continues where it began");
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
