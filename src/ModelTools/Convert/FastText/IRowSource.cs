namespace InferenceServices.ModelTools.Convert.FastText;

/// <summary>A matrix of FP32 numbers in a model file, read some rows at a time.</summary>
internal interface IRowSource
{
    long Rows { get; }

    int Columns { get; }

    /// <summary>True when the file holds codes of centroids instead of numbers.</summary>
    bool Quantized { get; }

    /// <param name="firstRow">Where to begin.</param>
    /// <param name="destination">FP32, row-major, a whole number of rows.</param>
    void Read(long firstRow, Span<float> destination);
}
