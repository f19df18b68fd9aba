using InferenceServices.Wikitext.Languages;

namespace InferenceServices.RevisionFeatures.Families;

/// <summary>Features of English words, for the lists of English Wikipedia.</summary>
internal static class EnglishFeatures
{
    private static readonly Language English = Language.Find("english")!;

    private static readonly LanguageFeatures Words = LanguageFeatures.Of(English.Name);

    public static DeltaFeatures Badwords => Words.Badwords!;

    public static DeltaFeatures Informals => Words.Informals!;

    public static DeltaFeatures DictionaryWords => Words.DictionaryWords!;

    public static DeltaFeatures NonDictionaryWords => Words.NonDictionaryWords!;

    public static readonly DeltaFeatures NonStopwords = new(
        "english.stopwords.revision.diff.non_stopword", FeatureType.Int, sources => sources.DistinctWords.NonStopwords);

    public static readonly Feature WordsToWatch = new(
        "len(<datasource.english.words_to_watch.revision.matches>)", FeatureType.Float, sources => sources.Of(English).MatchesOf(English.WordsToWatch!).Count);

    public static readonly Feature Idioms = new(
        "len(<datasource.english.idioms.revision.matches>)",
        FeatureType.Float,
        sources => sources.Idioms.Count);

    /// <summary>Total length of all word stems.</summary>
    public static readonly Feature StemsLength = new(
        "english.stemmed.revision.stems_length", FeatureType.Int, sources => sources.DistinctWords.StemsLength);
}
