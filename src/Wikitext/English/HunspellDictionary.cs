namespace InferenceServices.Wikitext.English;

/// <summary>The dictionary of one variety of English, answered by libhunspell itself: its rules of affixes, case and compounds are its own.</summary>
internal sealed class HunspellDictionary
{
    private readonly HunspellHandle _handle;

    private HunspellDictionary(HunspellHandle handle) => _handle = handle;

    /// <summary>Reads <c>{language}.aff</c> and <c>{language}.dic</c>, in some 60 ms.</summary>
    /// <exception cref="FileNotFoundException">One of them is missing.</exception>
    /// <exception cref="InvalidDataException">They are no English dictionary in UTF-8.</exception>
    /// <exception cref="DllNotFoundException">libhunspell is not installed.</exception>
    public static HunspellDictionary Open(string directory, string language)
    {
        var package = "hunspell-" + language.ToLowerInvariant().Replace('_', '-');
        var (affixes, words) = (PathOf(".aff"), PathOf(".dic"));
        var dictionary = new HunspellDictionary(Create(affixes, words));
        // The library makes an empty dictionary of files it cannot read, in Latin-1 unless they say otherwise.
        if (HunspellHandle.EncodingOf(dictionary._handle) is not "UTF-8" || !dictionary.Accepts("the\0"u8))
            throw new InvalidDataException($"{affixes} and {words} are no English dictionary in UTF-8; the Debian package {package} has one.");
        return dictionary;

        string PathOf(string extension)
        {
            var path = Path.Combine(directory, language + extension);
            return File.Exists(path) ? path : throw new FileNotFoundException($"There is no dictionary {path}; the Debian package {package} installs it in /usr/share/hunspell.", path);
        }
    }

    /// <summary>Whether the word is one. Not safe to call from several threads at a time.</summary>
    /// <param name="word">UTF-8 with a zero at its end.</param>
    public bool Accepts(ReadOnlySpan<byte> word) => HunspellHandle.Spell(_handle, word) != 0;

    private static HunspellHandle Create(string affixes, string words)
    {
        try
        {
            return HunspellHandle.Create(affixes, words);
        }
        catch (DllNotFoundException notFound)
        {
            throw new DllNotFoundException($"{HunspellHandle.Library} cannot be loaded; the Debian package libhunspell-1.7-0 installs it.", notFound);
        }
    }
}
