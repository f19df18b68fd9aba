namespace InferenceServices.RevisionFeatures.Families;

/// <summary>Features of English words.</summary>
internal static class EnglishFeatures
{
    public static readonly DeltaFeatures Badwords = new("english.badwords.revision.diff.match", FeatureType.Int, sources => sources.Badwords);

    public static readonly DeltaFeatures Informals = new("english.informals.revision.diff.match", FeatureType.Int, sources => sources.Informals);

    public static readonly DeltaFeatures DictionaryWords = new(
        "english.dictionary.revision.diff.dict_word", FeatureType.Int, sources => sources.DistinctWords.InDictionary);

    public static readonly DeltaFeatures NonDictionaryWords = new(
        "english.dictionary.revision.diff.non_dict_word", FeatureType.Int, sources => sources.DistinctWords.NotInDictionary);

    public static readonly DeltaFeatures NonStopwords = new(
        "english.stopwords.revision.diff.non_stopword", FeatureType.Int, sources => sources.DistinctWords.NonStopwords);

    public static readonly Feature WordsToWatch = new(
        "len(<datasource.english.words_to_watch.revision.matches>)", FeatureType.Float, sources => sources.Revision.WordsToWatch.Count);

    public static readonly Feature Idioms = new(
        "len(<datasource.english.idioms.revision.matches>)",
        FeatureType.Float,
        sources => sources.Idioms.Count);

    /// <summary>Total length of all word stems.</summary>
    public static readonly Feature StemsLength = new(
        "english.stemmed.revision.stems_length", FeatureType.Int, sources => sources.DistinctWords.StemsLength);
}
