using InferenceServices.ModelServer.Grpc;

namespace InferenceServices.ModelServer.Tests.Grpc;

public sealed class CallDeadlineTests
{
    [Theory]
    [InlineData("1H", 3_600_000_000)]
    [InlineData("2M", 120_000_000)]
    [InlineData("3S", 3_000_000)]
    [InlineData("40m", 40_000)]
    [InlineData("50u", 50)]
    [InlineData("1999n", 1)]
    [InlineData("0n", 0)]
    public void A_timeout_has_digits_and_a_unit(string text, long microseconds)
    {
        Assert.True(CallDeadline.TryParse(text, out var timeout));
        Assert.Equal(microseconds, (long)timeout.TotalMicroseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("m")]
    [InlineData("1")]
    [InlineData("-1S")]
    [InlineData("1x")]
    [InlineData("1.5S")]
    [InlineData("123456789S")]
    public void Another_text_is_not_a_timeout(string text) => Assert.False(CallDeadline.TryParse(text, out _));

    [Fact]
    public void The_largest_timeout_is_one_of_centuries()
    {
        Assert.True(CallDeadline.TryParse("99999999H", out var timeout));
        Assert.True(timeout.TotalDays > 4_000_000);
    }
}
