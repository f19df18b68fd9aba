using System.Text;
using InferenceServices.Wikitext.Languages;

namespace InferenceServices.Wikitext.Dictionaries;

/// <summary>Dictionary of hunspell; libhunspell applies affixes, case and compounds.</summary>
internal sealed class HunspellDictionary : ISpellingDictionary
{
    private readonly HunspellHandle _handle;

    // Null for UTF-8.
    private readonly Encoding? _encoding;

    private HunspellDictionary(HunspellHandle handle, Encoding? encoding)
    {
        _handle = handle;
        _encoding = encoding;
    }

    /// <summary>Loads <c>NAME.aff</c> and <c>NAME.dic</c> in 10 to 500 ms.</summary>
    /// <param name="directory">Directory of the files.</param>
    /// <param name="dictionary">The dictionary; its name is that of the files.</param>
    /// <exception cref="FileNotFoundException">A file is missing, or libhunspell is not installed.</exception>
    /// <exception cref="InvalidDataException">The files are not a dictionary.</exception>
    public static HunspellDictionary Open(string directory, DictionarySource dictionary)
    {
        var (affixes, words) = (PathOf(".aff"), PathOf(".dic"));
        var declared = DeclaredEncoding(affixes);
        var handle = Create(affixes, words);
        // The library creates an empty Latin-1 dictionary from files that it cannot read.
        if (HunspellHandle.EncodingOf(handle) != declared || !HasWords(words))
            throw new InvalidDataException($"{affixes} and {words} are not a dictionary in the encoding {declared}; install the Debian package {dictionary.Package}.");
        try
        {
            return new HunspellDictionary(handle, declared == "UTF-8" ? null : EncodingOf(declared));
        }
        catch (ArgumentException unknown)
        {
            throw new InvalidDataException($"{affixes} has an unknown encoding {declared}; install the Debian package {dictionary.Package}.", unknown);
        }

        string PathOf(string extension)
        {
            var path = Path.Combine(directory, dictionary.Name + extension);
            return File.Exists(path) ? path : throw new FileNotFoundException($"Dictionary {path} not found; the Debian package {dictionary.Package} installs it in /usr/share/hunspell.", path);
        }
    }

    /// <inheritdoc/>
    public bool Accepts(ReadOnlySpan<byte> word)
    {
        if (_encoding is null) return HunspellHandle.Spell(_handle, word) != 0;
        Span<byte> encoded = stackalloc byte[word.Length];
        try
        {
            var text = Encoding.UTF8.GetString(word[..^1]);
            if (!_encoding.TryGetBytes(text, encoded[..^1], out var length)) return false;
            encoded[length] = 0;
            return HunspellHandle.Spell(_handle, encoded) != 0;
        }
        catch (EncoderFallbackException)
        {
            // The dictionary cannot have a letter outside its encoding.
            return false;
        }
    }

    private static string DeclaredEncoding(string affixes)
    {
        foreach (var line in File.ReadLines(affixes, Encoding.Latin1))
            if (line.TrimStart('\u00EF', '\u00BB', '\u00BF') is ['S', 'E', 'T', ' ' or '\t', .. var encoding]) return encoding.Trim();
        return "ISO8859-1";
    }

    // The first line is the number of words.
    private static bool HasWords(string words) => File.ReadLines(words, Encoding.Latin1).Skip(1).Any();

    private static Encoding EncodingOf(string name)
    {
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(WebNameOf(name), EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        return encoding ?? Encoding.GetEncoding(WebNameOf(name), EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
    }

    // ISO8859-2 in affix files is iso-8859-2 elsewhere.
    private static string WebNameOf(string name)
        => name.StartsWith("ISO8859", StringComparison.Ordinal) ? "iso-8859" + name["ISO8859".Length..] : name.StartsWith("microsoft-cp", StringComparison.Ordinal) ? "windows-" + name["microsoft-cp".Length..] : name;

    private static HunspellHandle Create(string affixes, string words)
    {
        try
        {
            return HunspellHandle.Create(affixes, words);
        }
        catch (DllNotFoundException notFound)
        {
            throw new FileNotFoundException($"{HunspellHandle.Library} cannot be loaded; the Debian package libhunspell-1.7-0 installs it.", notFound);
        }
    }
}
