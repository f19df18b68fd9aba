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
    {
        var end = 0;
        for (var index = 0; TrySkipComma(text, ref index) && TryReadNumber(text, ref index, builder); end = index) { }
        return end;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> text, ref int index, TensorBuilder builder)
    {
        if (builder.Datatype is Datatype.Int64 or Datatype.Int32) return TryReadInteger(text, ref index, builder);
        if (!JsonNumber.TryRead(text, ref index, out var value) || !IsEnd(text, index)) return false;
        if (builder.Datatype == Datatype.Fp64)
        {
            if (!double.IsFinite(value)) return false;
            builder.Append(value);
            return true;
        }
        // Via FP64, like the parsers of Python and Triton: the same text gives the same FP32.
        var single = (float)value;
        if (!float.IsFinite(single)) return false;
        builder.Append(single);
        return true;
    }

    private static bool TryReadInteger(ReadOnlySpan<byte> text, ref int index, TensorBuilder builder)
    {
        // Eighteen digits are below 2^63.
        const int MaxDigits = 18;
        var isNegative = index < text.Length && text[index] == '-';
        if (isNegative) index++;
        var start = index;
        long value = 0;
        for (; index < text.Length && (uint)(text[index] - '0') <= 9; index++)
        {
            if (index - start == MaxDigits) return false;
            value = (value * 10) + (text[index] - '0');
        }
        if (index == start || (text[start] == '0' && index > start + 1) || !IsEnd(text, index)) return false;
        if (isNegative) value = -value;
        if (builder.Datatype == Datatype.Int64) builder.Append(value);
        else if (value == (int)value) builder.Append((int)value);
        else return false;
        return true;
    }

    private static bool TrySkipComma(ReadOnlySpan<byte> text, ref int index)
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
    private static bool IsEnd(ReadOnlySpan<byte> text, int index)
        => index < text.Length && text[index] is (byte)',' or (byte)']' or (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';
}
