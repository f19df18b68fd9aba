namespace InferenceServices.Http.Tests;

public sealed class ShortTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("abc", "abc")]
    [InlineData("abcd", "abc…")]
    public void A_long_text_is_shortened(string text, string expected) => Assert.Equal(expected, ShortText.Of(text, 3));
}
