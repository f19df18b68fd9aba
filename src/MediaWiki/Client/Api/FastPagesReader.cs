using System.Buffers;

namespace InferenceServices.MediaWiki.Client.Api;

/// <summary>
/// Reads the pages of a response in the exact JSON formatting of MediaWiki, in a fifth of the time of a JSON reader. Other formatting is left to
/// <see cref="ItemsReader"/>.
/// </summary>
internal ref struct FastPagesReader
{
    private static readonly SearchValues<byte> EndOfPlainText
        = SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, 0x20).Select(control => (byte)control)]);

    private ReadOnlySpan<byte> _rest;

    private FastPagesReader(ReadOnlySpan<byte> json) => _rest = json;

    /// <summary>Reads all pages.</summary>
    /// <param name="json">The response from after the opening bracket of the pages to its end.</param>
    /// <param name="items">The items of existing articles are added here.</param>
    /// <returns>False if the formatting differs; some items may have been added.</returns>
    public static bool TryRead(ReadOnlySpan<byte> json, List<ulong> items)
    {
        var pages = new FastPagesReader(json);
        do
        {
            if (!pages.SkipPage(items)) return false;
        }
        while (pages.Skip(","u8));
        return pages._rest.SequenceEqual("]}}"u8);
    }

    private bool SkipPage(List<ulong> items)
    {
        if (!Skip("{"u8)) return false;
        if (Skip("\"pageid\":"u8) && !(SkipNumber() && Skip(","u8))) return false;
        if (!Skip("\"ns\":"u8)) return false;
        var isArticle = _rest.StartsWith("0,"u8);
        if (!SkipNumber() || !Skip(",\"title\":"u8) || !TakeText(out _)) return false;
        var isMissing = Skip(",\"missing\":true"u8);
        if (Skip(",\"pageprops\":{\"wikibase_item\":"u8))
        {
            if (!TakeText(out var item) || !Skip("}"u8)) return false;
            if (isArticle && !isMissing && ItemId.TryPack(item, out var id)) items.Add(id);
        }
        return Skip("}"u8);
    }

    private bool Skip(ReadOnlySpan<byte> text)
    {
        if (!_rest.StartsWith(text)) return false;
        _rest = _rest[text.Length..];
        return true;
    }

    private bool SkipNumber()
    {
        Skip("-"u8);
        var length = _rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (length <= 0 || (length > 1 && _rest[0] == '0')) return false;
        _rest = _rest[length..];
        return true;
    }

    private bool TakeText(out ReadOnlySpan<byte> text)
    {
        text = default;
        if (!Skip("\""u8)) return false;
        var length = _rest.IndexOfAny(EndOfPlainText);
        if (length < 0 || _rest[length] != '"') return false;
        text = _rest[..length];
        _rest = _rest[(length + 1)..];
        return true;
    }
}
