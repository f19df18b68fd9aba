namespace InferenceServices.Wikitext.English;

/// <summary>Dictionary of one variety of English; libhunspell applies affixes, case and compounds.</summary>
internal sealed class HunspellDictionary
{
    private readonly HunspellHandle _handle;

    private HunspellDictionary(HunspellHandle handle) => _handle = handle;

    /// <summary>Loads <c>{language}.aff</c> and <c>{language}.dic</c> in about 60 ms.</summary>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">The files are not an English dictionary in UTF-8.</exception>
    /// <exception cref="DllNotFoundException">libhunspell is not installed.</exception>
    public static HunspellDictionary Open(string directory, string language)
    {
        var package = "hunspell-" + language.ToLowerInvariant().Replace('_', '-');
        var (affixes, words) = (PathOf(".aff"), PathOf(".dic"));
        var dictionary = new HunspellDictionary(Create(affixes, words));
        // The library creates an empty Latin-1 dictionary from files that it cannot read.
        if (HunspellHandle.EncodingOf(dictionary._handle) is not "UTF-8" || !dictionary.Accepts("the\0"u8))
            throw new InvalidDataException($"{affixes} and {words} are not an English dictionary in UTF-8; install the Debian package {package}.");
        return dictionary;

        string PathOf(string extension)
        {
            var path = Path.Combine(directory, language + extension);
            return File.Exists(path) ? path : throw new FileNotFoundException($"Dictionary {path} not found; the Debian package {package} installs it in /usr/share/hunspell.", path);
        }
    }

    /// <summary>Returns whether the dictionary contains a word. Not thread-safe.</summary>
    /// <param name="word">Zero-terminated UTF-8.</param>
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
