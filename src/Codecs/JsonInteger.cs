using System.Numerics;

namespace InferenceServices.Codecs;

/// <summary>Reads JSON numbers whose value is an integer, in any notation and exactly: <c>-0</c>, <c>1.0</c>, <c>1e2</c>, <c>120e-1</c>.</summary>
internal static class JsonInteger
{
    // Beyond the length of any text: further digits do not change a result.
    private const long MaxExponent = 10_000_000_000;

    /// <summary>Reads a number.</summary>
    /// <typeparam name="T">An integer type of at most 64 bits.</typeparam>
    /// <param name="text">A token that the JSON reader accepted as a number.</param>
    /// <param name="value">The number.</param>
    /// <returns>False if the number has a fraction or is out of the range of the type.</returns>
    public static bool TryRead<T>(ReadOnlySpan<byte> text, out T value)
        where T : IBinaryInteger<T>, IMinMaxValue<T>
    {
        value = T.Zero;
        var isNegative = text[0] == '-';
        if (isNegative) text = text[1..];
        var end = text.IndexOfAny((byte)'e', (byte)'E');
        var digits = end < 0 ? text : text[..end];
        var point = digits.IndexOf((byte)'.');
        // Number of digits before the decimal point, when the exponent has moved it.
        var places = (point < 0 ? digits.Length : point) + (end < 0 ? 0 : ReadExponent(text[(end + 1)..]));
        if (!TryReadDigits(digits, places, out var magnitude)) return false;
        var number = isNegative ? -(Int128)magnitude : magnitude;
        if (number < Int128.CreateChecked(T.MinValue) || number > Int128.CreateChecked(T.MaxValue)) return false;
        value = T.CreateTruncating(number);
        return true;
    }

    private static bool TryReadDigits(ReadOnlySpan<byte> digits, long places, out ulong magnitude)
    {
        magnitude = 0;
        var count = 0L;
        foreach (var character in digits)
        {
            if (character == '.') continue;
            if (count++ < places)
            {
                if (!TryAppend(ref magnitude, character - (uint)'0')) return false;
            }
            else if (character != '0') return false;
        }
        for (; count < places && magnitude > 0; count++)
            if (!TryAppend(ref magnitude, 0)) return false;
        return true;
    }

    private static bool TryAppend(ref ulong magnitude, uint digit)
    {
        if (magnitude > (ulong.MaxValue - digit) / 10) return false;
        magnitude = (magnitude * 10) + digit;
        return true;
    }

    private static long ReadExponent(ReadOnlySpan<byte> text)
    {
        var number = 0L;
        foreach (var character in text[(text[0] is (byte)'-' or (byte)'+' ? 1 : 0)..]) number = Math.Min((number * 10) + (character - '0'), MaxExponent);
        return text[0] == '-' ? -number : number;
    }
}
