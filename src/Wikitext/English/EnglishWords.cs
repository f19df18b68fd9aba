namespace InferenceServices.Wikitext.English;

/// <summary>Lists of English expressions from revscoring.</summary>
public static class EnglishWords
{
    /// <summary>Insults and obscenities.</summary>
    public static RegexList Badwords { get; } = new("english_badwords.txt");

    /// <summary>Informal words, such as haha.</summary>
    public static RegexList Informals { get; } = new("english_informals.txt");

    /// <summary>Words that praise, doubt or take sides.</summary>
    public static RegexList WordsToWatch { get; } = new("english_words_to_watch.txt");
}
