namespace InferenceServices.Wikitext.English;

/// <summary>revscoring's lists of English expressions.</summary>
public static class EnglishWords
{
    /// <summary>Insults and obscenities.</summary>
    public static RegexList Badwords { get; } = new("english_badwords.txt");

    /// <summary>Words nobody writes in an encyclopedia: haha.</summary>
    public static RegexList Informals { get; } = new("english_informals.txt");

    /// <summary>Words that praise, doubt or take sides.</summary>
    public static RegexList WordsToWatch { get; } = new("english_words_to_watch.txt");
}
