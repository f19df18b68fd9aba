using System.Text;

namespace InferenceServices.Wikitext.Dictionaries;

/// <summary>Unicode form C of words, as far as the tokens of words contain characters that it changes. The servers run without ICU, where .NET does not normalize.</summary>
/// <remarks>Unicode 14, canonical mappings. A word token has marks in the Arabic, Devanagari and Bengali blocks only.</remarks>
internal static class Composition
{
    private static readonly Dictionary<int, string> Singles = new()
    {
        [0x0958] = "\u0915\u093C",
        [0x0959] = "\u0916\u093C",
        [0x095A] = "\u0917\u093C",
        [0x095B] = "\u091C\u093C",
        [0x095C] = "\u0921\u093C",
        [0x095D] = "\u0922\u093C",
        [0x095E] = "\u092B\u093C",
        [0x095F] = "\u092F\u093C",
        [0x09DC] = "\u09A1\u09BC",
        [0x09DD] = "\u09A2\u09BC",
        [0x09DF] = "\u09AF\u09BC",
        [0x0374] = "\u02B9",
        [0x1F71] = "\u03AC",
        [0x1F73] = "\u03AD",
        [0x1F75] = "\u03AE",
        [0x1F77] = "\u03AF",
        [0x1F79] = "\u03CC",
        [0x1F7B] = "\u03CD",
        [0x1F7D] = "\u03CE",
        [0x1FBB] = "\u0386",
        [0x1FBE] = "\u03B9",
        [0x1FC9] = "\u0388",
        [0x1FCB] = "\u0389",
        [0x1FD3] = "\u0390",
        [0x1FDB] = "\u038A",
        [0x1FE3] = "\u03B0",
        [0x1FEB] = "\u038E",
        [0x1FF9] = "\u038C",
        [0x1FFB] = "\u038F",
        [0x2126] = "\u03A9",
        [0x212A] = "K",
        [0x212B] = "\u00C5",
    };

    private static readonly Dictionary<(char, char), char> Pairs = new()
    {
        [('\u0627', '\u0653')] = '\u0622',
        [('\u0627', '\u0654')] = '\u0623',
        [('\u0627', '\u0655')] = '\u0625',
        [('\u0648', '\u0654')] = '\u0624',
        [('\u064A', '\u0654')] = '\u0626',
        [('\u06D5', '\u0654')] = '\u06C0',
        [('\u06C1', '\u0654')] = '\u06C2',
        [('\u06D2', '\u0654')] = '\u06D3',
        [('\u0928', '\u093C')] = '\u0929',
        [('\u0930', '\u093C')] = '\u0931',
        [('\u0933', '\u093C')] = '\u0934',
        [('\u09C7', '\u09BE')] = '\u09CB',
        [('\u09C7', '\u09D7')] = '\u09CC',
    };

    /// <summary>Writes a word in form C. Code points above U+FFFF become U+FFFD, as in revscoring: no dictionary has them.</summary>
    /// <param name="word">The word.</param>
    /// <param name="composed">Destination; at least three times as long as the word.</param>
    /// <returns>The written part.</returns>
    public static ReadOnlySpan<char> Compose(ReadOnlySpan<char> word, Span<char> composed)
    {
        var count = 0;
        foreach (var rune in word.EnumerateRunes())
        {
            if (rune.Value < 0x0300)
            {
                composed[count++] = (char)rune.Value;
                continue;
            }
            if (Singles.TryGetValue(rune.Value, out var canonical))
            {
                canonical.CopyTo(composed[count..]);
                count += canonical.Length;
                continue;
            }
            var next = rune.IsBmp ? (char)rune.Value : (char)Rune.ReplacementChar.Value;
            if (count > 0 && Pairs.TryGetValue((composed[count - 1], next), out var pair)) composed[count - 1] = pair;
            else composed[count++] = next;
        }
        return composed[..count];
    }
}
