namespace InferenceServices.MediaWiki.Client.Api;

/// <summary>
/// Packs the id of a Wikidata item into a number with the sort order of its text: four bits per digit, left-aligned, zero for absent digits. Sorting 500 ids as
/// strings takes 50 µs.
/// </summary>
internal static class ItemId
{
    private const int MaxDigits = 16;
    private const int BitsPerDigit = 4;
    private const int Bits = MaxDigits * BitsPerDigit;

    /// <summary>Packs an id. Ids become words of a text, so the format is strict.</summary>
    /// <returns>False unless the text is Q and one to sixteen digits.</returns>
    public static bool TryPack(ReadOnlySpan<byte> text, out ulong id)
    {
        id = 0;
        if (text.Length is < 2 or > MaxDigits + 1 || text[0] != 'Q') return false;
        for (var i = 1; i < text.Length; i++)
        {
            var digit = (uint)(text[i] - '0');
            if (digit > 9) return false;
            id |= (ulong)(digit + 1) << (Bits - (i * BitsPerDigit));
        }
        return true;
    }

    public static string Unpack(ulong id)
    {
        Span<char> text = stackalloc char[MaxDigits + 1];
        text[0] = 'Q';
        var length = 1;
        for (; id != 0; id <<= BitsPerDigit) text[length++] = (char)('0' + (id >> (Bits - BitsPerDigit)) - 1);
        return new string(text[..length]);
    }
}
