using System.Runtime.InteropServices;

namespace InferenceServices.ModelTools.Convert.FastText;

/// <summary>A matrix of FP32 numbers. Source: fastText 0.9.2, DenseMatrix::load.</summary>
internal sealed class DenseRows : IRowSource
{
    private readonly FileCursor _file;
    private readonly long _offset;

    public DenseRows(FileCursor file, string part)
    {
        _file = file;
        (Rows, Columns) = MatrixSize.Read(file, part);
        _offset = file.Position;
        file.Skip(Rows * Columns * sizeof(float), part);
    }

    public long Rows { get; }

    public int Columns { get; }

    public bool Quantized => false;

    public void Read(long firstRow, Span<float> destination)
        => _file.ReadAt(_offset + (firstRow * Columns * sizeof(float)), MemoryMarshal.AsBytes(destination));
}
