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

    /// <summary>A word longer than this stays too long however much of it composes.</summary>
    private const int LongestChars = 3 * LongestBytes;

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
    /// <param name="word">Of any length and content; what is no word is not in the dictionary.</param>
    public bool Contains(ReadOnlySpan<char> word)
    {
        if (word.Length is 0 or > LongestChars || word.Contains('\0')) return false;
        if (_verdicts.Find(word) is { } known) return known;
        var accepted = Ask(word);
        _verdicts.Keep(word, accepted);
        return accepted;
    }

    private bool Ask(ReadOnlySpan<char> word)
    {
        Span<byte> bytes = stackalloc byte[LongestBytes + 1];
        if (!Encoding.UTF8.TryGetBytes(Ascii.IsValid(word) ? word : Compose(word), bytes[..LongestBytes], out var length)) return false;
        bytes[length] = 0;
        lock (_oneCaller)
        {
            foreach (var dictionary in _dictionaries)
                if (dictionary.Accepts(bytes)) return true;
        }
        return false;
    }

    /// <summary>The form C of Unicode, which Enchant gives its dictionaries (the kelvin sign K is a plain K there), of what revscoring leaves of a word: no astral code points.</summary>
    private static string Compose(ReadOnlySpan<char> word)
    {
        var clean = new StringBuilder(word.Length);
        foreach (var rune in word.EnumerateRunes())
            clean.Append(rune.IsBmp && rune.Value != 0xFFFE ? (char)rune.Value : '\uFFFD');   // .NET composes nothing that has a U+FFFE
        return clean.ToString().Normalize(NormalizationForm.FormC);
    }
}
