using InferenceServices.Wikitext.Characters;

namespace InferenceServices.Wikitext.Tests.Characters;

public sealed class PythonCaseTests
{
    // Results of str.lower() in Python 3.11.
    [Theory]
    [InlineData("ABC xyz 9", "abc xyz 9")]
    [InlineData("\u0130stanbul", "i\u0307stanbul")]
    [InlineData("\u039F\u0394\u03A3", "\u03BF\u03B4\u03C2")]
    [InlineData("\u03A3\u039F", "\u03C3\u03BF")]
    [InlineData("\u039F\u03A3.", "\u03BF\u03C2.")]
    [InlineData("\u039F\u03A3'\u0391", "\u03BF\u03C3'\u03B1")]
    [InlineData("\u03A3", "\u03C3")]
    [InlineData("\U00010400", "\U00010428")]
    [InlineData("\u1E9E \u212A", "\u00DF k")]
    [InlineData("\uD800A", "\uD800a")]
    public void Lower_case_matches_Python(string text, string lower) => Assert.Equal(lower, PythonCase.Lower(text));

    [Fact]
    public void Words_are_counted_with_i_for_a_dotted_capital_I() => Assert.Equal("istanbul", PythonCase.FrequencyLower("\u0130STANBUL"));

    [Theory]
    [InlineData('_', true)]
    [InlineData('\u00B2', true)]
    [InlineData('\u0301', false)]
    [InlineData('\u203F', false)]
    [InlineData('-', false)]
    [InlineData('\u4E00', true)]
    public void Word_characters_are_letters_and_numerics_but_not_marks(char character, bool isWord) => Assert.Equal(isWord, PythonCharacters.IsWord(character));

    [Theory]
    [InlineData('\u001C', true)]
    [InlineData('\u0085', true)]
    [InlineData('\u200B', false)]
    [InlineData('\uFEFF', false)]
    public void ASCII_separators_are_white_space(char character, bool isSpace) => Assert.Equal(isSpace, PythonCharacters.IsSpace(character));
}
