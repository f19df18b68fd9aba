using InferenceServices.Wikitext.Languages;

namespace InferenceServices.Wikitext.Tests.Languages;

/// <summary>Expected matches are those of Python 3.11: <c>[m.group(2) for m in re.compile(r"(\b)(EXPRESSION)(\b)", re.I).finditer(TEXT)]</c>.</summary>
public sealed class RegexListDialectTests
{
    [Theory]
    [InlineData("straße", "STRAßE Straße", "STRAßE|Straße")]
    [InlineData("мат", "МАТ мат мата", "МАТ|мат")]
    [InlineData("σος", "ΣΟΣ σοσ σος", "ΣΟΣ|σοσ|σος")]
    [InlineData("[а-в]+", "АБВ абв где", "АБВ|абв")]
    [InlineData("k[ií]s", "Kís \u212AIS", "Kís|\u212AIS")]
    [InlineData("sic", "\u017Fic", "\u017Fic")]
    public void Case_is_ignored_as_Python_ignores_it(string expression, string text, string matches) => Assert.Equal(matches, Match(expression, text));

    // The vowel sign U+093F is a mark: not \w in Python, but \w in .NET.
    [Theory]
    [InlineData("\u0915", "\u0915 \u0915\u093F", "\u0915|\u0915")]
    [InlineData("\u0915\u093F", "\u0915\u093F \u0915\u093Fx", "\u0915\u093F")]
    [InlineData("a\u200Cb", "a\u200Cb a\u200Cbc", "a\u200Cb")]
    [InlineData("ab", "a\u200Cb ab\u200C", "ab")]
    [InlineData("²x", "²x a²x", "²x")]
    public void Marks_and_joiners_are_not_word_characters(string expression, string text, string matches) => Assert.Equal(matches, Match(expression, text));

    [Theory]
    [InlineData(@"\w+요", "좋아요 네요! a요b", "좋아요|네요")]
    [InlineData(@"a\sb", "a\u001Cb a\u2003b a\u00A0b a_b", "a\u001Cb|a\u2003b|a\u00A0b")]
    [InlineData(@"x\d", "x1 x\u0663 x\u0E53 x²", "x1|x\u0663|x\u0E53")]
    [InlineData(@"\u0627\.", "\u0627.x \u0627x", "\u0627.")]
    [InlineData("[^a]b", "cb ab \u3042b", "cb|\u3042b")]
    [InlineData("a{2,3}", "a aa aaa aaaa", "aa|aaa")]
    public void Classes_are_those_of_Python(string expression, string text, string matches) => Assert.Equal(matches, Match(expression, text));

    [Fact]
    public void Boundaries_can_consume_characters()
    {
        var list = new RegexList(() => ["ab"], (@"^|[^\w\u0980-\u09FF]", @"$|[^\w\u0980-\u09FF]"));

        // The space after the first match is the boundary of that match, and cannot be that of the next.
        Assert.Equal(["ab", "AB"], list.Matches("ab ab AB\u09BEab"[..8]));
        Assert.Empty(list.Matches("ab\u09BE \u09BEab"));
    }

    [Fact]
    public void Characters_are_replaced_in_the_text_and_in_the_expressions()
    {
        var list = new RegexList(() => ["媽"], ("", ""), replacements: new(() => new Dictionary<char, char> { ['媽'] = '妈' }));

        Assert.Equal(["妈", "妈"], list.Matches("媽x妈"));
    }

    [Fact]
    public void An_exclusion_is_compared_with_the_match()
    {
        var list = new RegexList(() => [@"fart\w*"]);

        Assert.Equal(["farts", "fartőr"], list.Matches("farts fartőr"));
        Assert.Equal(["farts"], list.Excluding(@"fartő\w*").Matches("farts fartőr"));
    }

    [Theory]
    [InlineData(@"a\1", @"the escape \1")]
    [InlineData(@"a\", "ends with a backslash")]
    [InlineData("[a", "a class without an end")]
    [InlineData(@"[a-\w]", "a range that ends with a class")]
    public void An_expression_that_is_not_supported_is_rejected(string expression, string reason)
        => Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => Match(expression, "a")).Message, StringComparison.Ordinal);

    private static string Match(string expression, string text) => string.Join('|', new RegexList(() => [expression]).Matches(text));
}
