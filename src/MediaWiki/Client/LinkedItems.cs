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
        var items = new HashSet<string>(StringComparer.Ordinal);
        var error = pageId > 0 ? await CollectAsync(operation, OfLinks + pageId.ToString(CultureInfo.InvariantCulture), items, enough) : null;
        return error is null ? new(Sorted(items)) : new(error);
    }

    public static async ValueTask<MediaWikiResult<IReadOnlyList<string>>> OfTitlesAsync(Operation operation, IReadOnlyList<string> titles)
    {
        var items = new HashSet<string>(StringComparer.Ordinal);
        foreach (var batch in TitleBatches.Of(titles))
            if (await CollectAsync(operation, OfTitles + batch, items, int.MaxValue) is { } error) return new(error);
        return new(Sorted(items));
    }

    private static async ValueTask<MediaWikiError?> CollectAsync(Operation operation, string query, HashSet<string> items, int enough)
    {
        var continuation = "";
        do
        {
            var result = await operation.GetAsync(ApiCall.PathOf(operation, query, continuation), ApiReader.ReadItems);
            if (!result.TryGet(out var answer, out var error)) return error;
            AddTo(items, answer.Query?.Pages ?? []);
            var next = ApiCall.ContinuationOf(answer.Continue);
            if (next.Length > 0 && next == continuation) return MediaWikiErrors.Broken(operation.Domain, "continues where it began");
            continuation = next;
        }
        while (continuation.Length > 0 && items.Count <= enough);
        return null;
    }

    private static void AddTo(HashSet<string> items, IReadOnlyList<ItemsAnswer.ItemsPage?> pages)
    {
        for (var i = 0; i < pages.Count; i++)
            if (pages[i] is { Namespace: 0, IsMissing: false, Properties.Item: { } item } && IsItem(item)) items.Add(item);
    }

    // They become words of a text: nothing else may slip in.
    private static bool IsItem(string text) => text.Length > 1 && text[0] == 'Q' && !text.AsSpan(1).ContainsAnyExceptInRange('0', '9');

    private static string[] Sorted(HashSet<string> items)
    {
        string[] sorted = [.. items];
        Array.Sort(sorted, StringComparer.Ordinal);
        return sorted;
    }
}
