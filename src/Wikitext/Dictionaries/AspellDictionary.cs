using InferenceServices.Wikitext.Languages;

namespace InferenceServices.Wikitext.Dictionaries;

/// <summary>Dictionary of GNU Aspell.</summary>
internal sealed class AspellDictionary : ISpellingDictionary
{
    private readonly AspellHandle _handle;

    private AspellDictionary(AspellHandle handle) => _handle = handle;

    /// <summary>Loads an installed dictionary.</summary>
    /// <param name="dictionary">The dictionary; its name is the code of the language.</param>
    /// <exception cref="FileNotFoundException">The dictionary or libaspell is not installed.</exception>
    public static AspellDictionary Open(DictionarySource dictionary)
    {
        try
        {
            var handle = AspellHandle.Create(dictionary.Name, out var error);
            return error is null
                ? new AspellDictionary(handle)
                : throw new FileNotFoundException($"Aspell has no dictionary for '{dictionary.Name}'; the Debian package {dictionary.Package} installs it. Aspell: {error}");
        }
        catch (DllNotFoundException notFound)
        {
            throw new FileNotFoundException($"{AspellHandle.Library} cannot be loaded; the Debian package libaspell15 installs it.", notFound);
        }
    }

    /// <inheritdoc/>
    public bool Accepts(ReadOnlySpan<byte> word) => AspellHandle.Check(_handle, word, word.Length - 1) == 1;
}
