namespace InferenceServices.Codecs;

/// <summary>Converts BF16, the upper half of an FP32. .NET 10 has no such type.</summary>
internal static class BFloat16Bits
{
    /// <summary>Rounds to the nearest BF16, ties to even.</summary>
    public static ushort Of(double value)
    {
        var single = (float)value;
        var bits = BitConverter.SingleToUInt32Bits(single);
        if (single != value && float.IsFinite(single))
        {
            // Rounded to odd: two roundings to the nearest would turn a number close to a tie into the tie.
            if (Math.Abs((double)single) > Math.Abs(value)) bits--;
            bits |= 1;
        }
        // Rounding could turn the bits of a NaN into those of an infinity.
        return double.IsNaN(value) ? (ushort)0x7FC0 : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    public static float ToSingle(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);
}
