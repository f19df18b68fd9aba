namespace InferenceServices.ModelTools.Convert.FastText;

/// <summary>A matrix of FP32 numbers in a model file, read in blocks of rows.</summary>
internal interface IRowSource
{
    long Rows { get; }

    int Columns { get; }

    /// <summary>Whether the file has codes of centroids instead of numbers.</summary>
    bool Quantized { get; }

    /// <param name="firstRow">First row to read.</param>
    /// <param name="destination">FP32, row-major, a whole number of rows.</param>
    void Read(long firstRow, Span<float> destination);
}
