using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace InferenceServices.Codecs;

/// <summary>Writes FP32 as the shortest decimal text that reads back as the same number, as .NET formats it: <c>0.1</c>, <c>1E-05</c>, <c>3.4028235E+38</c>.</summary>
/// <remarks>R. Giulietti, "The Schubfach way to render doubles", 2020, sections 8 and 9, with the constants of FP32.</remarks>
internal static class FloatText
{
    /// <summary>Largest length of a number in bytes. Digits are stored eight at a time, so this includes bytes behind the number.</summary>
    public const int MaxLength = 20;

    private const int SignificandBits = 23;
    private const int ExponentBias = 127 + SignificandBits;
    private const uint HiddenBit = 1 << SignificandBits;

    private const ulong AsciiZeros = 0x3030303030303030;

    // .NET writes up to nine digits before it uses an exponent, and at most four zeros behind the point.
    private const int MaxPlainDigits = 9;
    private const int MaxLeadingZeros = 4;

    // The powers 10^-31 to 10^45, rounded up to 64 bits.
    private const int SmallestPower = -31;
    private static readonly ulong[] Powers = [.. Enumerable.Range(SmallestPower, 77).Select(PowerOf)];

    /// <summary>Writes a finite number.</summary>
    /// <param name="value">The number. Negative zero has a sign and a decimal point.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes; those behind the number may change.</param>
    /// <returns>Number of bytes written.</returns>
    public static int Write(float value, Span<byte> destination)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        var length = 0;
        if ((int)bits < 0) destination[length++] = (byte)'-';
        if (bits << 1 == 0)
        {
            // Readers that know integers, as Python's, read "-0" as an integer, which has no sign.
            ReadOnlySpan<byte> zero = length > 0 ? "0.0"u8 : "0"u8;
            zero.CopyTo(destination[length..]);
            return length + zero.Length;
        }
        var (digits, exponent) = ToShortest(bits & (HiddenBit - 1), (int)(bits >> SignificandBits) & 0xFF);
        return length + WriteDigits(digits, exponent, destination[length..]);
    }

    /// <summary>Finds the shortest decimal number in the rounding interval of an FP32; of several, the nearest.</summary>
    /// <returns>At most nine digits; the value is digits · 10^exponent.</returns>
    private static (uint Digits, int Exponent) ToShortest(uint fraction, int biased)
    {
        uint significand;
        int binary;
        if (biased != 0)
        {
            significand = HiddenBit | fraction;
            binary = biased - ExponentBias;
            // Integers below 2^24 are exact.
            if (binary is <= 0 and > -SignificandBits - 1 && (significand & ((1u << -binary) - 1)) == 0) return (significand >> -binary, 0);
        }
        else (significand, binary) = (fraction, 1 - ExponentBias);

        var isEven = (significand & 1) == 0;
        // The interval below a power of two has half the width.
        var isNarrow = fraction == 0 && biased > 1;
        var power = ((binary * 1262611) - (isNarrow ? 524031 : 0)) >> 22;
        var shift = binary + ((-power * 1741647) >> 19) + 1;
        var scale = Powers[-power - SmallestPower];
        var middle = significand << 2;
        var lower = RoundToOdd(scale, (middle - (isNarrow ? 1u : 2u)) << shift) + (isEven ? 0u : 1u);
        var value = RoundToOdd(scale, middle << shift);
        var upper = RoundToOdd(scale, (middle + 2) << shift) - (isEven ? 0u : 1u);
        var quotient = value / 4;
        if (quotient >= 10)
        {
            // A multiple of ten in the interval is shorter.
            var tens = quotient / 10;
            var isBelow = lower <= 40 * tens;
            var isAbove = (40 * tens) + 40 <= upper;
            if (isBelow != isAbove) return (tens + (isAbove ? 1u : 0u), power + 1);
        }
        var isDown = lower <= 4 * quotient;
        var isUp = (4 * quotient) + 4 <= upper;
        // Both or none: the nearest, at equal distance the even one.
        if (isDown == isUp) isUp = (value & 3) > 2 || ((value & 3) == 2 && (quotient & 1) != 0);
        return (quotient + (isUp ? 1u : 0u), power);
    }

    // The product of 64 and 32 bits without its lower 64 bits; the last bit also says whether anything was cut off.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint RoundToOdd(ulong scale, uint number)
    {
        var high = Math.BigMul(scale, number, out var low);
        return (uint)high | ((low >> 32) > 1 ? 1u : 0u);
    }

    private static int WriteDigits(uint digits, int exponent, Span<byte> destination)
    {
        if (digits >= 100_000_000) return WriteNineDigits(digits, exponent, destination);
        var packed = Pack(digits);
        var trailing = BitOperations.LeadingZeroCount(packed) / 8;
        var leading = BitOperations.TrailingZeroCount(packed) / 8;
        var count = 8 - leading - trailing;
        var text = (packed | AsciiZeros) >> (8 * leading);
        // Position of the decimal point, counted from the first digit.
        var point = count + trailing + exponent;
        if (point is > 0 && point < count)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(destination, text);
            BinaryPrimitives.WriteUInt64LittleEndian(destination[(point + 1)..], text >> (8 * point));
            destination[point] = (byte)'.';
            return count + 1;
        }
        Span<byte> scratch = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(scratch, text);
        return WriteDigits(scratch[..count], point, destination);
    }

    private static int WriteNineDigits(uint digits, int exponent, Span<byte> destination)
    {
        Span<byte> text = stackalloc byte[9];
        var (first, rest) = Math.DivRem(digits, 100_000_000);
        var packed = Pack(rest);
        text[0] = (byte)('0' + first);
        BinaryPrimitives.WriteUInt64LittleEndian(text[1..], packed | AsciiZeros);
        return WriteDigits(text[..(9 - (BitOperations.LeadingZeroCount(packed) / 8))], 9 + exponent, destination);
    }

    private static int WriteDigits(ReadOnlySpan<byte> text, int point, Span<byte> destination)
    {
        if (point is > MaxPlainDigits or <= -MaxLeadingZeros) return WriteScientific(text, point - 1, destination);
        if (point >= text.Length)
        {
            text.CopyTo(destination);
            destination[text.Length..point].Fill((byte)'0');
            return point;
        }
        if (point > 0)
        {
            text[..point].CopyTo(destination);
            destination[point] = (byte)'.';
            text[point..].CopyTo(destination[(point + 1)..]);
            return text.Length + 1;
        }
        "0.0000"u8[..(2 - point)].CopyTo(destination);
        text.CopyTo(destination[(2 - point)..]);
        return 2 - point + text.Length;
    }

    // Eight digits in eight bytes, the first in the lowest: halves of four digits, of two, of one.
    private static ulong Pack(uint digits)
    {
        var fours = (digits / 10_000) | ((ulong)(digits % 10_000) << 32);
        var hundreds = ((fours * 10486) >> 20) & 0x0000007F_0000007F;
        var twos = ((fours - (100 * hundreds)) << 16) + hundreds;
        var tens = ((twos * 103) >> 10) & 0x000F000F_000F000F;
        return ((twos - (10 * tens)) << 8) + tens;
    }

    private static int WriteScientific(ReadOnlySpan<byte> text, int exponent, Span<byte> destination)
    {
        var length = 1;
        destination[0] = text[0];
        if (text.Length > 1)
        {
            destination[1] = (byte)'.';
            text[1..].CopyTo(destination[2..]);
            length = text.Length + 1;
        }
        destination[length++] = (byte)'E';
        destination[length++] = exponent < 0 ? (byte)'-' : (byte)'+';
        exponent = Math.Abs(exponent);
        destination[length++] = (byte)('0' + (exponent / 10));
        destination[length++] = (byte)('0' + (exponent % 10));
        return length;
    }

    // The highest 64 bits of 10^power, rounded up.
    private static ulong PowerOf(int power)
    {
        var tens = BigInteger.Pow(10, Math.Abs(power));
        var length = (int)tens.GetBitLength();
        if (power < 0) return (ulong)(((BigInteger.One << (length + 63)) + tens - 1) / tens);
        return (ulong)(length > 64 ? -(-tens >> (length - 64)) : tens << (64 - length));
    }
}
