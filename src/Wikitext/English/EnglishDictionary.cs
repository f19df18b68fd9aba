using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace InferenceServices.Wikitext.English;

/// <summary>Tells the words of American, British and Australian English from others, by hunspell's dictionaries. Safe to use from several threads.</summary>
/// <remarks>As revscoring has it: pyenchant's dictionaries en_US, en_GB and en_AU of Debian's packages, behind <c>utf16_cleanup</c>.</remarks>
[SuppressMessage("Naming", "CA1711", Justification = "It is a dictionary as people know it.")]
public sealed class EnglishDictionary
{
    /// <summary>libhunspell takes no word that is longer in UTF-8.</summary>
    private const int LongestBytes = 299;

    private static readonly string[] Languages = ["en_US", "en_GB", "en_AU"];

    private readonly HunspellDictionary[] _dictionaries;
    private readonly WordVerdicts _verdicts = new();
    private readonly Lock _oneCaller = new();

    private EnglishDictionary(HunspellDictionary[] dictionaries) => _dictionaries = dictionaries;

    /// <summary>Reads the three dictionaries, in some 200 ms; they take 34 MB.</summary>
    /// <param name="directory">Has <c>en_US.aff</c>, <c>en_US.dic</c> and so on; Debian's packages put them into /usr/share/hunspell.</param>
    /// <exception cref="FileNotFoundException">One of the files is missing; the message names the package that has it.</exception>
    /// <exception cref="InvalidDataException">A file is no dictionary of English in UTF-8.</exception>
    /// <exception cref="DllNotFoundException">libhunspell is not installed; the message names its package.</exception>
    public static EnglishDictionary Load(string directory)
        => new(Array.ConvertAll(Languages, language => HunspellDictionary.Open(directory, language)));

    /// <summary>Whether one of the three has the word, its letters' case as they are: <c>paris</c> is none.</summary>
    /// <param name="word">A word as the tokenizer makes them, or any text: what is no word is not in the dictionary, nor is one whose letters and accents are code points of their own.</param>
    public bool Contains(ReadOnlySpan<char> word)
    {
        if (word.Length is 0 or > LongestBytes || word.Contains('\0')) return false;
        if (_verdicts.Find(word) is { } known) return known;
        var accepted = Ask(word);
        _verdicts.Keep(word, accepted);
        return accepted;
    }

    private bool Ask(ReadOnlySpan<char> word)
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

    /// <summary>Astral code points become U+FFFD as in revscoring, letters what Unicode's form C makes of them as in Enchant. These four are all whose form is in a dictionary.</summary>
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
