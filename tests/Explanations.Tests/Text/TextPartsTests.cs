using InferenceServices.Explanations.Requests;
using InferenceServices.Explanations.Text;

namespace InferenceServices.Explanations.Tests.Text;

public sealed class TextPartsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("  \n ", "")]
    [InlineData("one", "one")]
    [InlineData("one  two\tthree ", "one|two|three")]
    [InlineData("don't stop, 3.14", "don't|stop,|3.14")]
    [InlineData("日本語 text", "日|本|語|text")]
    [InlineData("abc日本", "abc|日|本")]
    [InlineData("ไทย", "ไ|ท|ย")]
    [InlineData("e\u0301t\u00E9 👩‍👩‍👧", "e\u0301t\u00E9|👩‍👩‍👧")]
    [InlineData("مرحبا بالعالم", "مرحبا|بالعالم")]
    public void Words_are_what_stands_between_spaces_and_characters_where_there_are_none(string text, string expected) => AssertParts(text, TextUnit.Word, expected);

    [Theory]
    [InlineData("One, two. Three!", "One,|two.|Three!")]
    [InlineData("Pi is 3.14, about", "Pi is 3.14,|about")]
    [InlineData("一。二、三", "一。|二、|三")]
    [InlineData("no marks at all", "no marks at all")]
    public void Spans_end_with_their_punctuation(string text, string expected) => AssertParts(text, TextUnit.Span, expected);

    [Fact]
    public void What_is_kept_keeps_its_spaces_and_its_order()
    {
        const string Text = " one  two three";
        var parts = TextParts.Of(Text, TextUnit.Word);

        Assert.Equal("one  three", TextParts.Keep(Text, parts, [true, false, true]));
        Assert.Equal("two ", TextParts.Keep(Text, parts, [false, true, false]));
        Assert.Equal("", TextParts.Keep(Text, parts, [false, false, false]));
        Assert.Equal(Text.TrimStart(), TextParts.Keep(Text, parts, [true, true, true]));
    }

    private static void AssertParts(string text, TextUnit unit, string expected)
        => Assert.Equal(expected, string.Join('|', TextParts.Of(text, unit).Select(part => text.Substring(part.Start, part.Length))));
}
