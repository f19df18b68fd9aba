namespace InferenceServices.ModelTools.Convert.FastText;

/// <summary>
/// A matrix followed by its negative. The sigmoid of a negated score is the complement of the score's sigmoid, so one product yields
/// the probabilities of both sides of each tree node, without a subtraction and a concatenation at run time.
/// </summary>
internal sealed class BothSidesRows(IRowSource source) : IRowSource
{
    public long Rows => source.Rows * 2;

    public int Columns => source.Columns;

    public bool Quantized => source.Quantized;

    public void Read(long firstRow, Span<float> destination)
    {
        var positive = (int)Math.Clamp(source.Rows - firstRow, 0, destination.Length / Columns) * Columns;
        if (positive > 0)
            source.Read(firstRow, destination[..positive]);
        if (positive == destination.Length)
            return;

        var negative = destination[positive..];
        source.Read(Math.Max(0, firstRow - source.Rows), negative);
        foreach (ref var number in negative)
            number = -number;
    }
}
