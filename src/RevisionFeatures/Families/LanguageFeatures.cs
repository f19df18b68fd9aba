using InferenceServices.Wikitext.Languages;

namespace InferenceServices.RevisionFeatures.Families;

/// <summary>Features of the words of one language.</summary>
internal sealed class LanguageFeatures
{
    // editquality: Hungarian words that look like English ones do not count on Hungarian Wikipedia.
    private static readonly string[] HungarianBadwords = [@"fartő\w*"];
    private static readonly string[] HungarianInformals = ["ha", "dada", "ok"];

    private static readonly Dictionary<string, LanguageFeatures> ByLanguage = Language.Names.ToDictionary(static name => name, static name => new LanguageFeatures(Language.Find(name)!), StringComparer.Ordinal);

    private readonly Language _language;
    private readonly List<Feature> _counts = [];

    private LanguageFeatures(Language language)
    {
        _language = language;
        Badwords = Matches("badwords", language.Badwords);
        Informals = Matches("informals", language.Informals);
        WordsToWatch = Matches("words_to_watch", language.WordsToWatch);
        AddCount("badwords", language.Badwords);
        AddCount("informals", language.Informals);
        AddCount("words_to_watch", language.WordsToWatch);
        if (language.Dictionaries.Count == 0) return;
        DictionaryWords = new($"{language.Name}.dictionary.revision.diff.dict_word", FeatureType.Int, sources => sources.Of(language).InDictionary);
        NonDictionaryWords = new($"{language.Name}.dictionary.revision.diff.non_dict_word", FeatureType.Int, sources => sources.Of(language).NotInDictionary);
        _counts.Add(new($"len(<datasource.{language.Name}.dictionary.revision.dict_words>)", FeatureType.Float, sources => sources.Of(language).WordsInDictionary));
        _counts.Add(new($"len(<datasource.{language.Name}.dictionary.revision.non_dict_words>)", FeatureType.Float, sources => sources.Of(language).WordsNotInDictionary));
    }

    /// <summary>Change of the matches of bad words; null if the language has no list.</summary>
    public DeltaFeatures? Badwords { get; }

    /// <summary>Change of the matches of informal words; null if the language has no list.</summary>
    public DeltaFeatures? Informals { get; }

    /// <summary>Change of the matches of words to watch; null if the language has no list.</summary>
    public DeltaFeatures? WordsToWatch { get; }

    /// <summary>Change of the words in a dictionary; null if the language has none.</summary>
    public DeltaFeatures? DictionaryWords { get; }

    /// <summary>Change of the words that are not in a dictionary; null if the language has none.</summary>
    public DeltaFeatures? NonDictionaryWords { get; }

    /// <summary>All features of all languages.</summary>
    public static IEnumerable<Feature> All => ByLanguage.Values.SelectMany(static features => features.Families).Concat(ExcludedInHungarian).SelectMany(static family => family.All)
        .Concat(ByLanguage.Values.SelectMany(static features => features._counts));

    private static DeltaFeatures[] ExcludedInHungarian =>
    [
        Of("english").Matches($"badwords.excluding({Quoted(HungarianBadwords)})", Language.Find("english")!.Badwords!.Excluding(HungarianBadwords))!,
        Of("english").Matches($"informals.excluding({Quoted(HungarianInformals)})", Language.Find("english")!.Informals!.Excluding(HungarianInformals))!,
    ];

    private IEnumerable<DeltaFeatures> Families => new[] { Badwords, Informals, WordsToWatch, DictionaryWords, NonDictionaryWords }.OfType<DeltaFeatures>();

    /// <summary>Returns the features of a language that exists.</summary>
    public static LanguageFeatures Of(string language) => ByLanguage[language];

    // The notation of Python.
    private static string Quoted(string[] texts) => $"[{string.Join(", ", texts.Select(static text => $"'{text.Replace(@"\", @"\\", StringComparison.Ordinal)}'"))}]";

    private void AddCount(string name, RegexList? list)
    {
        if (list is not null) _counts.Add(new($"len(<datasource.{_language.Name}.{name}.revision.matches>)", FeatureType.Float, sources => sources.Of(_language).MatchesOf(list).Count));
    }

    private DeltaFeatures? Matches(string name, RegexList? list)
        => list is null ? null : new($"{_language.Name}.{name}.revision.diff.match", FeatureType.Int, sources => sources.Of(_language).DeltaOf(list));
}
