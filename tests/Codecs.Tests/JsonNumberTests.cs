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
    [InlineData("1e5")]
    [InlineData("1.5E-7")]
    [InlineData("9007199254740993")]
    [InlineData("18446744073709551617")]
    [InlineData("0.12345678901234567890")]
    [InlineData("123456789012345678901234567890")]
    [InlineData("1.7976931348623157e308")]
    [InlineData("5e-324")]
    [InlineData("1e999")]
    public void A_number_is_read_exactly(string text)
    {
        Assert.True(JsonNumber.TryRead(Encoding.UTF8.GetBytes(text), out var value));

        Assert.Equal(BitConverter.DoubleToInt64Bits(double.Parse(text, CultureInfo.InvariantCulture)), BitConverter.DoubleToInt64Bits(value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("01")]
    [InlineData(".5")]
    [InlineData("1.")]
    [InlineData("1.e5")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("+1")]
    [InlineData("NaN")]
    [InlineData("1 ")]
    public void Text_that_is_not_a_number_of_JSON_is_not_read(string text)
        => Assert.False(JsonNumber.TryRead(Encoding.UTF8.GetBytes(text), out _));

    [Theory]
    [InlineData("1.5,2", 0, 1.5, 3)]
    [InlineData("1.5,2]", 4, 2, 5)]
    [InlineData("1.5 x", 0, 1.5, 3)]
    public void The_number_at_a_position_is_read(string text, int position, double expected, int end)
    {
        Assert.True(JsonNumber.TryRead(Encoding.UTF8.GetBytes(text), ref position, out var value));
        Assert.Equal((expected, end), (value, position));
    }

    [Fact]
    public void Results_agree_with_the_framework_for_numbers_of_every_length()
    {
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var digits = string.Concat(Enumerable.Range(0, random.Next(1, 20)).Select(_ => (char)('0' + random.Next(10))));
            var point = random.Next(digits.Length);
            var text = (random.Next(2) == 0 ? "-" : "") + (point == 0 ? "0" : digits[..point].TrimStart('0') + "7") + "." + digits[point..] + (random.Next(4) == 0 ? $"e{random.Next(-320, 310)}" : "");
            Assert.True(JsonNumber.TryRead(Encoding.UTF8.GetBytes(text), out var value), text);
            Assert.Equal(double.Parse(text, CultureInfo.InvariantCulture), value);
        }
    }
}
