using InferenceServices.Wikitext.English;

namespace InferenceServices.RevisionFeatures;

/// <summary>Dictionaries and idioms for English features; loaded on first use.</summary>
/// <param name="dictionaryDirectory">Directory of the hunspell dictionaries en_US, en_GB and en_AU.</param>
/// <param name="idiomsFile">File with one idiom per line; null: the built-in list.</param>
public sealed class EnglishAssets(string dictionaryDirectory, string? idiomsFile = null)
{
    /// <summary>Directory of hunspell dictionaries in Debian.</summary>
    public const string DefaultDictionaryDirectory = "/usr/share/hunspell";

    private readonly Lazy<EnglishDictionary> _dictionary = new(() => EnglishDictionary.Load(dictionaryDirectory));
    private readonly Lazy<Idioms> _idioms = new(() => idiomsFile is null ? Idioms.Common : Idioms.Load(idiomsFile));

    internal EnglishDictionary Dictionary => _dictionary.Value;

    internal Idioms Idioms => _idioms.Value;
}
