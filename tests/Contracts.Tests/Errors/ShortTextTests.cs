using InferenceServices.Contracts.Errors;

namespace InferenceServices.Contracts.Tests.Errors;

public sealed class ShortTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("abc", "abc")]
    [InlineData("abcd", "abc…")]
    [InlineData("ab😀", "ab…")]
    public void A_long_text_is_shortened(string text, string expected) => Assert.Equal(expected, ShortText.Of(text, 3));

    [Fact]
    public void Each_value_of_an_error_is_shortened_but_not_the_error()
    {
        var name = new string('n', 1_000);
        var cut = name[..200] + "…";
        Assert.Equal($"input '{cut}' of '{cut}': 7 and 0.5", new InvalidInputException($"input '{name}' of '{name}': {7} and {0.5:0.0}").Message);
        Assert.Equal($"a {cut} b {cut}", new UnscorableInputException($"a {name} " + $"b {name}").Message);
        Assert.Equal($"no {cut}", new NotSupportedByModelException($"no {name}").Message);
        Assert.Equal($"Model with name {cut} and version {cut} does not exist.", new ModelNotFoundException(name, name).Message);
        Assert.Equal($"Model with name {cut} is not ready.", new ModelNotReadyException(name).Message);
        Assert.Equal(name, new InvalidInputException(name).Message);
    }
}
