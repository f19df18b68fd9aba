using InferenceServices.Codecs.V2;
using InferenceServices.Contracts.Errors;

namespace InferenceServices.Codecs.Tests.V2;

public sealed class InferenceHeaderTests
{
    [Fact]
    public void A_missing_header_is_null() => Assert.Null(InferenceHeader.Read(null, 10));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("7", 7)]
    [InlineData("10", 10)]
    [InlineData("007", 7)]
    public void A_length_within_the_body_is_accepted(string text, int length) => Assert.Equal(length, Read(text));

    [Theory]
    [InlineData("11")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1.0")]
    [InlineData("0x1")]
    [InlineData("1,1")]
    [InlineData("abc")]
    [InlineData("99999999999999999999")]
    [InlineData("２")]
    public void Other_values_are_rejected(string text) => Assert.Throws<InvalidInputException>(() => Read(text));

    [Fact]
    public void The_error_has_the_accepted_range()
        => Assert.Equal(
            "Inference-Header-Content-Length should be a whole number from 0 to the body's 10 bytes, got 'x'",
            Assert.Throws<InvalidInputException>(() => Read("x")).Message);

    private static int? Read(string value) => InferenceHeader.Read(value, 10);
}
