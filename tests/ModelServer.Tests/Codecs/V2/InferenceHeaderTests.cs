using InferenceServices.Contracts.Errors;
using InferenceServices.ModelServer.Codecs.V2;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace InferenceServices.ModelServer.Tests.Codecs.V2;

public sealed class InferenceHeaderTests
{
    [Fact]
    public void Without_it_nothing_is_said() => Assert.Null(InferenceHeader.Read(new HeaderDictionary(), 10));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("7", 7)]
    [InlineData("10", 10)]
    [InlineData("007", 7)]
    public void A_length_within_the_body_is_taken(string text, int length) => Assert.Equal(length, Read(text));

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
    public void Anything_else_is_refused(string text) => Assert.Throws<InvalidInputException>(() => Read(text));

    [Fact]
    public void Two_of_them_are_refused() => Assert.Throws<InvalidInputException>(() => Read(new StringValues(["1", "1"])));

    [Fact]
    public void A_refusal_says_what_would_do()
        => Assert.Equal(
            "Inference-Header-Content-Length should be a whole number from 0 to the body's 10 bytes, got 'x'",
            Assert.Throws<InvalidInputException>(() => Read("x")).Message);

    private static int? Read(StringValues value) => InferenceHeader.Read(new HeaderDictionary { [InferenceHeader.Name] = value }, 10);
}
