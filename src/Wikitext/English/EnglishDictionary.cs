using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace InferenceServices.Wikitext.English;

/// <summary>Checks words against the hunspell dictionaries of American, British and Australian English. Thread-safe.</summary>
/// <remarks>Same result as revscoring: pyenchant with Debian's dictionaries en_US, en_GB and en_AU, after <c>utf16_cleanup</c>.</remarks>
[SuppressMessage("Naming", "CA1711", Justification = "It is a dictionary as people know it.")]
public sealed class EnglishDictionary
{
    /// <summary>Maximum word length of libhunspell, in UTF-8 bytes.</summary>
    private const int LongestBytes = 299;

    private static readonly string[] Languages = ["en_US", "en_GB", "en_AU"];

    private readonly HunspellDictionary[] _dictionaries;
    private readonly WordCache _cache = new();
    private readonly Lock _oneCaller = new();

    private EnglishDictionary(HunspellDictionary[] dictionaries) => _dictionaries = dictionaries;

    /// <summary>Loads the three dictionaries in about 200 ms; they use 34 MB.</summary>
    /// <param name="directory">Directory with <c>en_US.aff</c>, <c>en_US.dic</c> and so on; Debian installs them in /usr/share/hunspell.</param>
    /// <exception cref="FileNotFoundException">A file is missing; the message names its package.</exception>
    /// <exception cref="InvalidDataException">A file is not an English dictionary in UTF-8.</exception>
    /// <exception cref="DllNotFoundException">libhunspell is not installed; the message names its package.</exception>
    public static EnglishDictionary Load(string directory)
        => new(Array.ConvertAll(Languages, language => HunspellDictionary.Open(directory, language)));

    /// <summary>Returns whether a dictionary contains the word. Case-sensitive: <c>paris</c> is not a word.</summary>
    /// <param name="word">A word token or any text. Text that is not a word, or has combining accents, is not in a dictionary.</param>
    public bool Contains(ReadOnlySpan<char> word)
    {
        if (word.Length is 0 or > LongestBytes || word.Contains('\0')) return false;
        if (_cache.Find(word) is { } known) return known;
        var accepted = LookUp(word);
        _cache.Add(word, accepted);
        return accepted;
    }

    private bool LookUp(ReadOnlySpan<char> word)
    {
        Span<char> clean = stackalloc char[word.Length];
        var count = 0;
        foreach (var rune in word.EnumerateRunes()) clean[count++] = Clean(rune.Value);
        Span<byte> bytes = stackalloc byte[LongestBytes + 1];
        if (!Encoding.UTF8.TryGetBytes(clean[..count], bytes[..LongestBytes], out var length)) return false;
        bytes[length] = 0;
        lock (_oneCaller)
        {
            foreach (var dictionary in _dictionaries)
                if (dictionary.Accepts(bytes)) return true;
        }
        return false;
    }

    /// <summary>Maps astral code points to U+FFFD, like revscoring, and letters to Unicode form C, like Enchant. Only these four have a form that is in a dictionary.</summary>
    private static char Clean(int codePoint) => codePoint switch
    {
        > char.MaxValue => '\uFFFD',
        0x1FBE => '\u03B9',   // iota
        0x2126 => '\u03A9',   // ohm sign: omega
        0x212A => 'K',        // kelvin sign
        0x212B => '\u00C5',   // angstrom sign: a with ring
        _ => (char)codePoint,
    };
}
