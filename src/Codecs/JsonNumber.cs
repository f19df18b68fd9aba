using System.Buffers.Binary;
using System.Buffers.Text;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace InferenceServices.Codecs;

/// <summary>
/// Parses JSON numbers to FP64, exactly. In the common case digits and power of ten are exact in FP64, so that one operation rounds once: at most 2^53 as
/// digits, and at most 22 decimal places. Other numbers are left to .NET. Bodies of features consist mostly of numbers: see CodecBenchmarks.
/// </summary>
/// <remarks>W. D. Clinger, "How to read floating point numbers accurately", PLDI 1990, section 3.</remarks>
internal static class JsonNumber
{
    private const ulong LargestExact = 1UL << 53;
    // The digits of a larger number may exceed 64 bits.
    private const int MaxDigits = 19;
    private const int MaxExponentDigits = 4;
    // With 16 decimal places, the digits of a short number fit 64 bits.
    private const int MaxShortWholeDigits = 3;
    // Sign, whole digits, point, and two reads of 8 bytes.
    private const int ShortBytes = 1 + MaxShortWholeDigits + 1 + 16;

    private static ReadOnlySpan<double> PowersOfTen =>
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    private static ReadOnlySpan<uint> Tens => [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

    /// <summary>Parses a JSON number.</summary>
    /// <param name="text">A token that the JSON reader accepted as a number.</param>
    /// <param name="value">The nearest FP64.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, out double value)
    {
        var position = 0;
        return TryRead(text, ref position, out value) && position == text.Length;
    }

    /// <summary>Parses the JSON number at a position.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="position">Start of the number; afterwards its end. Unchanged without a number.</param>
    /// <param name="value">The nearest FP64; an infinity if the number is out of range.</param>
    /// <returns>False if no number by the grammar of JSON is there, or if its exponent has more than 4 digits.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ReadOnlySpan<byte> text, ref int position, out double value)
        => (text.Length - position >= ShortBytes && TryReadShort(ref Unsafe.Add(ref MemoryMarshal.GetReference(text), position), ref position, out value))
            || TryReadAny(text, ref position, out value);

    // Most numbers of tensors: few digits, a point, at most 15 decimal places, no exponent. False for others, valid or not. Without bounds checks.
    private static bool TryReadShort(ref byte start, ref int position, out double value)
    {
        value = 0;
        ref var current = ref start;
        var isNegative = current == '-';
        if (isNegative) current = ref Unsafe.Add(ref current, 1);
        ulong digits = current - (uint)'0';
        if (digits > 9) return false;
        ref var whole = ref current;
        current = ref Unsafe.Add(ref current, 1);
        if (current != '.')
        {
            // A leading zero is followed by a point, or by the end of the number, which the other method handles.
            if (digits == 0) return false;
            for (; (uint)(current - '0') <= 9; current = ref Unsafe.Add(ref current, 1))
            {
                digits = (digits * 10) + (current - (uint)'0');
                if (Unsafe.ByteOffset(ref whole, ref current) == MaxShortWholeDigits) return false;
            }
            if (current != '.') return false;
        }
        current = ref Unsafe.Add(ref current, 1);
        var places = AddDigits(ref current, ref digits);
        if (places == 0) return false;
        if (places == 8)
        {
            var more = AddDigits(ref Unsafe.Add(ref current, 8), ref digits);
            if (more == 8) return false;
            places += more;
        }
        current = ref Unsafe.Add(ref current, places);
        if (digits > LargestExact || (current | 0x20) == 'e') return false;
        value = digits / Unsafe.Add(ref MemoryMarshal.GetReference(PowersOfTen), places);
        if (isNegative) value = -value;
        position += (int)Unsafe.ByteOffset(ref start, ref current);
        return true;
    }

    private static bool TryReadAny(ReadOnlySpan<byte> text, ref int position, out double value)
    {
        value = 0;
        var index = position;
        var isNegative = index < text.Length && text[index] == '-';
        if (isNegative) index++;
        ulong digits = 0;
        var start = index;
        index = ReadDigits(text, index, ref digits);
        var count = index - start;
        if (count == 0 || (count > 1 && text[start] == '0')) return false;
        var exponent = 0;
        if (index < text.Length && text[index] == '.')
        {
            start = ++index;
            index = ReadFraction(text, index, ref digits);
            exponent = start - index;
            if (exponent == 0) return false;
            count -= exponent;
        }
        if (index < text.Length && (text[index] | 0x20) == 'e' && !TryReadExponent(text, ref index, ref exponent)) return false;

        if (count <= MaxDigits && digits <= LargestExact && (uint)(exponent + 22) <= 44)
        {
            value = exponent < 0 ? digits / PowersOfTen[-exponent] : digits * PowersOfTen[exponent];
            if (isNegative) value = -value;
        }
        else if (!Utf8Parser.TryParse(text[position..index], out value, out var length) || length != index - position) return false;
        position = index;
        return true;
    }

    // Digits eight at a time, as far as the text goes on behind them; then one by one.
    private static int ReadFraction(ReadOnlySpan<byte> text, int index, ref ulong digits)
    {
        while (index <= text.Length - 8)
        {
            var count = AddDigits(ref Unsafe.Add(ref MemoryMarshal.GetReference(text), index), ref digits);
            index += count;
            if (count < 8) return index;
        }
        return ReadDigits(text, index, ref digits);
    }

    // Adds the digits at the start of eight bytes, and returns their count.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int AddDigits(ref byte start, ref ulong digits)
    {
        var eight = Unsafe.ReadUnaligned<ulong>(ref start);
        if (!BitConverter.IsLittleEndian) eight = BinaryPrimitives.ReverseEndianness(eight);
        eight ^= 0x3030303030303030;
        // The highest bit of each byte that is not 0 to 9.
        var others = (((eight & 0x7F7F7F7F7F7F7F7F) + 0x7676767676767676) | eight) & 0x8080808080808080;
        var count = BitOperations.TrailingZeroCount(others) / 8;
        if (count == 0) return 0;
        // The first digit is in the lowest byte: zeros come before.
        eight <<= 64 - (8 * count);
        eight = (eight * 10) + (eight >> 8);
        digits = (digits * Unsafe.Add(ref MemoryMarshal.GetReference(Tens), count)) + ((((eight & 0x000000FF_000000FF) * 0x000F4240_00000064) + (((eight >> 16) & 0x000000FF_000000FF) * 0x00002710_00000001)) >> 32);
        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ReadDigits(ReadOnlySpan<byte> text, int index, ref ulong digits)
    {
        var number = digits;
        for (; index < text.Length; index++)
        {
            var digit = (uint)(text[index] - '0');
            if (digit > 9) break;
            number = (number * 10) + digit;
        }
        digits = number;
        return index;
    }

    private static bool TryReadExponent(ReadOnlySpan<byte> text, ref int index, ref int exponent)
    {
        index++;
        var isNegative = index < text.Length && text[index] == '-';
        if (isNegative || (index < text.Length && text[index] == '+')) index++;
        ulong number = 0;
        var start = index;
        index = ReadDigits(text, index, ref number);
        if (index == start || index - start > MaxExponentDigits) return false;
        exponent += isNegative ? -(int)number : (int)number;
        return true;
    }
}
