using System.Numerics;
using System.Runtime.CompilerServices;
using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Codecs;

/// <summary>
/// Reads the numbers of a JSON array without a token for each. The first byte that is not part of a number, a comma or white space ends the run: the JSON
/// reader continues there, and reports what is wrong.
/// </summary>
internal static class NumberRun
{
    /// <summary>Returns whether numbers of a datatype can be read in runs.</summary>
    public static bool Supports(Datatype datatype) => datatype is Datatype.Fp32 or Datatype.Fp64 or Datatype.Int64 or Datatype.Int32;

    /// <summary>Reads numbers, each behind a comma.</summary>
    /// <param name="text">Text behind a number of an array.</param>
    /// <param name="builder">Receives the numbers.</param>
    /// <returns>The length of what was read: complete numbers that are followed by a comma, a bracket or white space.</returns>
    public static int Read(ReadOnlySpan<byte> text, TensorBuilder builder)
        => builder.Datatype switch
        {
            Datatype.Fp32 => Read<float>(text, builder),
            Datatype.Fp64 => Read<double>(text, builder),
            Datatype.Int64 => Read<long>(text, builder),
            _ => Read<int>(text, builder),
        };

    private static int Read<T>(ReadOnlySpan<byte> text, TensorBuilder builder)
        where T : unmanaged, INumberBase<T>
    {
        var end = 0;
        for (var index = 0; TrySkipComma(text, ref index) && TryReadNumber(text, ref index, out T value) && IsEnd(text, index); end = index) builder.Append(value);
        return end;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadNumber<T>(ReadOnlySpan<byte> text, ref int index, out T value)
        where T : unmanaged, INumberBase<T>
    {
        value = default;
        if (typeof(T) == typeof(long) || typeof(T) == typeof(int))
        {
            if (!TryReadInteger(text, ref index, out var integer)) return false;
            value = T.CreateTruncating(integer);
            return typeof(T) == typeof(long) || integer == (int)integer;
        }
        if (!JsonNumber.TryRead(text, ref index, out var number)) return false;
        // FP32 via FP64, like the parsers of Python and Triton: the same text gives the same FP32.
        value = T.CreateTruncating(number);
        return T.IsFinite(value);
    }

    private static bool TryReadInteger(ReadOnlySpan<byte> text, ref int index, out long value)
    {
        // Eighteen digits are below 2^63.
        const int MaxDigits = 18;
        value = 0;
        var isNegative = index < text.Length && text[index] == '-';
        if (isNegative) index++;
        var start = index;
        for (; index < text.Length && (uint)(text[index] - '0') <= 9; index++)
        {
            if (index - start == MaxDigits) return false;
            value = (value * 10) + (text[index] - '0');
        }
        if (isNegative) value = -value;
        return index > start && (text[start] != '0' || index == start + 1);
    }

    // Texts without white space are the most frequent.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TrySkipComma(ReadOnlySpan<byte> text, ref int index)
    {
        if (index < text.Length - 1 && text[index] == ',' && text[index + 1] > ' ')
        {
            index++;
            return true;
        }
        return TrySkipSpaceAndComma(text, ref index);
    }

    private static bool TrySkipSpaceAndComma(ReadOnlySpan<byte> text, ref int index)
    {
        SkipWhiteSpace(text, ref index);
        if (index >= text.Length || text[index] != ',') return false;
        index++;
        SkipWhiteSpace(text, ref index);
        return true;
    }

    private static void SkipWhiteSpace(ReadOnlySpan<byte> text, ref int index)
    {
        while (index < text.Length && text[index] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') index++;
    }

    // A number at the end of the text may continue: the text is truncated.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsEnd(ReadOnlySpan<byte> text, int index)
        => index < text.Length && text[index] is (byte)',' or (byte)']' or (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';
}
