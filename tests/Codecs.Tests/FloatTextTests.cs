using System.Globalization;
using System.Text;

namespace InferenceServices.Codecs.Tests;

public sealed class FloatTextTests
{
    [Theory]
    [InlineData(0f, "0")]
    [InlineData(-0f, "-0.0")]
    [InlineData(1f, "1")]
    [InlineData(-10f, "-10")]
    [InlineData(0.1f, "0.1")]
    [InlineData(0.0001f, "0.0001")]
    [InlineData(0.00001f, "1E-05")]
    [InlineData(1e6f, "1000000")]
    [InlineData(1e8f, "100000000")]
    [InlineData(1e9f, "1E+09")]
    [InlineData(12345678f, "12345678")]
    [InlineData(16777216f, "16777216")]
    [InlineData(float.MaxValue, "3.4028235E+38")]
    [InlineData(float.Epsilon, "1E-45")]
    [InlineData(1.17549435E-38f, "1.1754944E-38")]
    public void The_text_is_the_shortest(float value, string expected) => Assert.Equal(expected, Write(value));

    [Fact]
    public void The_text_is_that_of_the_framework_for_every_exponent()
    {
        for (var bits = 1u; bits < 0x7F80_0000; bits += 0x1_0001)
        {
            AssertSame(bits);
            AssertSame(bits & 0x7F80_0000 | 1);
            // Powers of two have a narrow interval below.
            if ((bits & 0x7F80_0000) != 0) AssertSame(bits & 0x7F80_0000);
        }
    }

    [Fact]
    public void The_text_is_that_of_the_framework_for_random_numbers()
    {
        var random = new Random(5);
        for (var i = 0; i < 300_000; i++)
        {
            AssertSame((uint)random.NextInt64(0, 0x7F80_0000));
            AssertSame(BitConverter.SingleToUInt32Bits(random.NextSingle() * 10));
            AssertSame(BitConverter.SingleToUInt32Bits((float)Math.Round(random.NextDouble() * 1000, random.Next(6))));
            AssertSame(BitConverter.SingleToUInt32Bits(random.Next(40_000_000)));
        }
    }

    private static void AssertSame(uint bits)
    {
        var value = BitConverter.UInt32BitsToSingle(bits);
        var expected = value.ToString(CultureInfo.InvariantCulture);
        if (Write(value) != expected) Assert.Equal(expected, Write(value));
    }

    private static string Write(float value)
    {
        Span<byte> text = stackalloc byte[FloatText.MaxLength];
        return Encoding.ASCII.GetString(text[..FloatText.Write(value, text)]);
    }
}
