using System.Collections.Concurrent;
using InferenceServices.Wikitext.Dictionaries;
using InferenceServices.Wikitext.English;
using InferenceServices.Wikitext.Languages;

namespace InferenceServices.RevisionFeatures;

/// <summary>Dictionaries and idioms for features of words; each is loaded on first use. Thread-safe.</summary>
/// <param name="hunspellDirectory">Directory of hunspell dictionaries.</param>
/// <param name="idiomsFile">File with one English idiom per line; null: the built-in list.</param>
public sealed class LanguageAssets(string hunspellDirectory, string? idiomsFile = null)
{
    /// <summary>Directory of hunspell dictionaries in Debian.</summary>
    public const string DefaultHunspellDirectory = SpellingDictionary.DefaultDirectory;

    private readonly ConcurrentDictionary<string, Lazy<SpellingDictionary>> _dictionaries = new(StringComparer.Ordinal);
    private readonly Lazy<Idioms> _idioms = new(() => idiomsFile is null ? Idioms.Common : Idioms.Load(idiomsFile));

    internal Idioms Idioms => _idioms.Value;

    internal SpellingDictionary DictionaryOf(Language language)
        => _dictionaries.GetOrAdd(language.Name, _ => new(() => SpellingDictionary.Load(language, hunspellDirectory))).Value;
}
