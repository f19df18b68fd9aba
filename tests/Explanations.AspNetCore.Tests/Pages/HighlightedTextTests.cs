using InferenceServices.Explanations.AspNetCore.Pages;

namespace InferenceServices.Explanations.AspNetCore.Tests.Pages;

public sealed class HighlightedTextTests
{
    [Fact]
    public void Parts_and_the_text_between_them_add_up_to_the_whole_text()
    {
        var explanation = TextExplanation.Of("😀 one two", textStart: 5, ("two", 11, 14, -0.5), ("one", 7, 10, 0.25));

        Assert.Equal([("😀 ", null), ("one", 0.25), (" ", null), ("two", -0.5)], HighlightedText.Of(explanation));
    }

    [Fact]
    public void The_strength_is_relative_to_the_largest_attribution()
    {
        var explanation = TextExplanation.Of("one two", textStart: 0, ("one", 0, 3, 0.25), ("two", 4, 7, -0.5));

        Assert.Equal((0.5, 1.0), (HighlightedText.StrengthOf(explanation, 0.25), HighlightedText.StrengthOf(explanation, -0.5)));
    }
}
