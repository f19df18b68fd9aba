using System.Diagnostics.CodeAnalysis;
using System.Text;
using InferenceServices.Wikitext.Languages;

namespace InferenceServices.Wikitext.Dictionaries;

/// <summary>Checks words against the dictionaries of a language. Thread-safe.</summary>
/// <remarks>Same result as revscoring: pyenchant with Debian's dictionaries.</remarks>
[SuppressMessage("Naming", "CA1711", Justification = "It is a dictionary as people know it.")]
public sealed class SpellingDictionary
{
    /// <summary>Directory of hunspell dictionaries in Debian.</summary>
    public const string DefaultDirectory = "/usr/share/hunspell";

    /// <summary>Maximum word length of libhunspell, in UTF-8 bytes.</summary>
    private const int LongestBytes = 299;

    private readonly ISpellingDictionary[] _dictionaries;
    private readonly WordCache _cache = new();
    private readonly Lock _oneCaller = new();

    private SpellingDictionary(ISpellingDictionary[] dictionaries) => _dictionaries = dictionaries;

    /// <summary>Loads the dictionaries of a language; the three of English take about 200 ms and 34 MB.</summary>
    /// <param name="language">A language with dictionaries.</param>
    /// <param name="hunspellDirectory">Directory with <c>NAME.aff</c> and <c>NAME.dic</c>; Debian installs them in /usr/share/hunspell. Aspell has its own.</param>
    /// <exception cref="FileNotFoundException">A dictionary or a library is missing; the message names its package.</exception>
    /// <exception cref="InvalidDataException">A file is not a dictionary, or the language has none.</exception>
    public static SpellingDictionary Load(Language language, string hunspellDirectory)
    {
        ArgumentNullException.ThrowIfNull(language);
        if (language.Dictionaries.Count == 0) throw new InvalidDataException($"There is no dictionary of the language {language.Name}.");
        return new([.. language.Dictionaries.Select(dictionary => Open(dictionary, hunspellDirectory))]);
    }

    /// <summary>Returns whether a dictionary contains the word. Case-sensitive: <c>paris</c> is not an English word.</summary>
    /// <param name="word">A word token or any text. Text that is not a word, or has combining accents, is not in a dictionary.</param>
    public bool Contains(ReadOnlySpan<char> word)
    {
        if (word.Length is 0 or > LongestBytes || word.Contains('\0')) return false;
        if (_cache.Find(word) is { } known) return known;
        var accepted = LookUp(word);
        _cache.Add(word, accepted);
        return accepted;
    }

    private static ISpellingDictionary Open(DictionarySource dictionary, string hunspellDirectory)
        => dictionary.Library == DictionaryLibrary.Aspell ? AspellDictionary.Open(dictionary) : HunspellDictionary.Open(hunspellDirectory, dictionary);

    private bool LookUp(ReadOnlySpan<char> word)
    {
        var composed = Composition.Compose(word, stackalloc char[word.Length * 3]);
        Span<byte> bytes = stackalloc byte[LongestBytes + 1];
        if (!Encoding.UTF8.TryGetBytes(composed, bytes[..LongestBytes], out var length)) return false;
        bytes[length] = 0;
        lock (_oneCaller)
        {
            foreach (var dictionary in _dictionaries)
                if (dictionary.Accepts(bytes[..(length + 1)])) return true;
        }
        return false;
    }
}
