using InferenceServices.Explanations.Requests;
using InferenceServices.Explanations.Text;

namespace InferenceServices.Explanations.Tests.Text;

public sealed class TextSegmenterTests
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
    public void Words_are_separated_by_spaces_or_are_characters_in_scripts_without_spaces(string text, string expected) => AssertParts(text, TextUnit.Word, expected);

    [Theory]
    [InlineData("One, two. Three!", "One,|two.|Three!")]
    [InlineData("Pi is 3.14, about", "Pi is 3.14,|about")]
    [InlineData("一。二、三", "一。|二、|三")]
    [InlineData("no marks at all", "no marks at all")]
    public void Spans_end_with_their_punctuation(string text, string expected) => AssertParts(text, TextUnit.Span, expected);

    [Fact]
    public void Retained_parts_preserve_spaces_and_order()
    {
        const string Text = " one  two three";
        var parts = TextSegmenter.Segment(Text, TextUnit.Word);

        Assert.Equal("one  three", TextSegmenter.Join(Text, parts, [true, false, true]));
        Assert.Equal("two ", TextSegmenter.Join(Text, parts, [false, true, false]));
        Assert.Equal("", TextSegmenter.Join(Text, parts, [false, false, false]));
        Assert.Equal(Text.TrimStart(), TextSegmenter.Join(Text, parts, [true, true, true]));
    }

    private static void AssertParts(string text, TextUnit unit, string expected)
        => Assert.Equal(expected, string.Join('|', TextSegmenter.Segment(text, unit).Select(part => text.Substring(part.Start, part.Length))));
}
