using InferenceServices.Wikitext.English;

namespace InferenceServices.RevisionFeatures;

/// <summary>What English features need beyond the words in this library; loaded when first needed, by whichever feature needs it.</summary>
/// <param name="dictionaryDirectory">Where hunspell's en_US, en_GB and en_AU are.</param>
/// <param name="idiomsFile">An idiom a line; null: the short list in this library.</param>
public sealed class EnglishAssets(string dictionaryDirectory, string? idiomsFile = null)
{
    /// <summary>Where Debian puts hunspell's dictionaries.</summary>
    public const string DefaultDictionaryDirectory = "/usr/share/hunspell";

    private readonly Lazy<EnglishDictionary> _dictionary = new(() => EnglishDictionary.Load(dictionaryDirectory));
    private readonly Lazy<Idioms> _idioms = new(() => idiomsFile is null ? Idioms.Common : Idioms.Load(idiomsFile));

    internal EnglishDictionary Dictionary => _dictionary.Value;

    internal Idioms Idioms => _idioms.Value;
}
