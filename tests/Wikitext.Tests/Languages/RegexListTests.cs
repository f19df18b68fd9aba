using InferenceServices.Wikitext.Languages;

namespace InferenceServices.Wikitext.Tests.Languages;

public sealed class RegexListTests
{
    private static readonly Language English = Language.Find("english")!;

    [Theory]
    [InlineData("badwords", "text")]
    [InlineData("informals", "text")]
    [InlineData("words_to_watch", "text")]
    [InlineData("parent_badwords", "parent_text")]
    [InlineData("parent_informals", "parent_text")]
    public void Matches_equal_those_of_the_Python_library(string matches, string text)
    {
        var list = matches switch
        {
            "words_to_watch" => English.WordsToWatch!,
            _ => matches.EndsWith("badwords", StringComparison.Ordinal) ? English.Badwords! : English.Informals!,
        };

        foreach (var golden in GoldenRevisions.All)
        {
            Assert.Equal(
                golden["matches"]![matches]!.AsArray().Select(match => match!.GetValue<string>()),
                list.Matches(golden[text]?.GetValue<string>() ?? ""));
        }
    }

    [Theory]
    [InlineData("Hahaha LOL", "Hahaha LOL")]
    [InlineData("\u0130 am \u017Fo cool", "\u0130 cool")]
    [InlineData("x_lol lol\u0301", "lol")]
    public void Case_and_word_boundaries_match_Python(string text, string joined) => Assert.Equal(joined, string.Join(' ', English.Informals!.Matches(text)));
}
