using System.Globalization;
using System.Text;

namespace InferenceServices.Codecs.Tests;

public sealed class JsonNumberTests
{
    [Theory]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("-0.0")]
    [InlineData("0.1")]
    [InlineData("-12.5")]
    [InlineData("9007199254740992")]
    [InlineData("0.000000000000000001")]
    [InlineData("123456789.0123456")]
    public void An_ordinary_number_is_read_exactly(string text)
    {
        Assert.True(JsonNumber.TryRead(Encoding.UTF8.GetBytes(text), out var value));

        Assert.Equal(BitConverter.DoubleToInt64Bits(double.Parse(text, CultureInfo.InvariantCulture)), BitConverter.DoubleToInt64Bits(value));
    }

    [Theory]
    [InlineData("1e5")]
    [InlineData("9007199254740993")]
    [InlineData("18446744073709551617")]
    [InlineData("0.12345678901234567890")]
    [InlineData("123456789012345678901234567890")]
    public void Numbers_that_the_fast_parser_cannot_read_exactly_are_not_parsed(string text)
        => Assert.False(JsonNumber.TryRead(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void Results_agree_with_the_framework_for_numbers_of_every_length()
    {
        var random = new Random(7);
        var read = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var digits = string.Concat(Enumerable.Range(0, random.Next(1, 20)).Select(_ => (char)('0' + random.Next(10))));
            var text = (random.Next(2) == 0 ? "-" : "") + digits.Insert(random.Next(digits.Length), ".").Insert(0, "0");
            if (!JsonNumber.TryRead(Encoding.UTF8.GetBytes(text), out var value)) continue;
            read++;
            Assert.Equal(double.Parse(text, CultureInfo.InvariantCulture), value);
        }
        Assert.InRange(read, 10_000, 20_000);
    }
}
