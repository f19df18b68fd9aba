namespace InferenceServices.ModelTools.Convert.Sklearn;

/// <summary>What happens to a feature before a tree compares it.</summary>
/// <param name="steps">Scalers and imputers.</param>
/// <param name="isSingle">Whether trees compare FP32.</param>
internal sealed class Preprocessing(IReadOnlyList<PreprocessingStep> steps, bool isSingle)
{
    /// <summary>Moves the preprocessing of a comparison into its threshold.</summary>
    /// <param name="feature">Index of the feature.</param>
    /// <param name="threshold">Threshold of the tree.</param>
    /// <returns>The largest number that goes left. Preprocessing is monotone, so exactly the numbers up to it go left.</returns>
    public double FoldInto(int feature, double threshold)
    {
        // The order of doubles is that of their bits as integers, after negative numbers are reversed.
        var (low, high) = (Ordinal(double.NegativeInfinity), Ordinal(double.PositiveInfinity));
        if (Apply(feature, double.PositiveInfinity) <= threshold) return double.PositiveInfinity;
        while (high > low + 1)
        {
            // The average; the sum of both would overflow.
            var middle = (low & high) + ((low ^ high) >> 1);
            if (Apply(feature, FromOrdinal(middle)) <= threshold) low = middle;
            else high = middle;
        }
        return FromOrdinal(low);
    }

    /// <summary>Returns whether a missing value goes left.</summary>
    /// <param name="feature">Index of the feature.</param>
    /// <param name="threshold">Threshold of the tree.</param>
    /// <param name="missingLeft">Whether the tree sends a missing value to the left.</param>
    public bool IsMissingLeft(int feature, double threshold, bool missingLeft)
        => Apply(feature, double.NaN) is var value && double.IsNaN(value) ? missingLeft : value <= threshold;

    private double Apply(int feature, double value)
    {
        foreach (var step in steps) value = step.Apply(feature, value);
        return isSingle ? (float)value : value;
    }

    private static long Ordinal(double number) => BitConverter.DoubleToInt64Bits(number) is var bits && bits < 0 ? long.MinValue - bits : bits;

    private static double FromOrdinal(long ordinal) => BitConverter.Int64BitsToDouble(ordinal < 0 ? long.MinValue - ordinal : ordinal);
}
