using System.Buffers;

namespace InferenceServices.ModelTools.Convert.FastText;

/// <summary>A product-quantized matrix, optionally with quantized row norms; read as FP32.</summary>
/// <remarks>Source: fastText 0.9.2, QuantMatrix::load and addRowToVector.</remarks>
internal sealed class QuantizedRows : IRowSource
{
    private readonly FileCursor _file;
    private readonly ProductQuantizer _quantizer;
    private readonly ProductQuantizer? _normQuantizer;
    private readonly long _codes, _normCodes;

    public QuantizedRows(FileCursor file, string part)
    {
        _file = file;
        var hasNorms = file.ReadBoolean(part);
        (Rows, Columns) = MatrixSize.Read(file, part);
        var codes = file.ReadInt32(part);
        _codes = file.Position;
        file.Skip(codes, part);
        _quantizer = new ProductQuantizer(file, Columns, part);
        if (codes != Rows * _quantizer.Pieces)
            throw file.Error($"is corrupt: the codes of its {part} do not fit its rows");
        if (!hasNorms)
            return;

        _normCodes = file.Position;
        file.Skip(Rows, part);
        _normQuantizer = new ProductQuantizer(file, 1, part);
    }

    public long Rows { get; }

    public int Columns { get; }

    public bool Quantized => true;

    public void Read(long firstRow, Span<float> destination)
    {
        var rows = destination.Length / Columns;
        var pieces = _quantizer.Pieces;
        var buffer = ArrayPool<byte>.Shared.Rent(rows * (pieces + 1));
        try
        {
            var codes = buffer.AsSpan(0, rows * pieces);
            var norms = buffer.AsSpan(rows * pieces, rows);
            _file.ReadAt(_codes + (firstRow * pieces), codes);
            if (_normQuantizer is not null)
                _file.ReadAt(_normCodes + firstRow, norms);
            for (var row = 0; row < rows; row++)
                _quantizer.Decode(codes.Slice(row * pieces, pieces), NormOf(norms.Slice(row, 1)), destination.Slice(row * Columns, Columns));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private float NormOf(ReadOnlySpan<byte> code)
    {
        if (_normQuantizer is null)
            return 1;

        Span<float> norm = stackalloc float[1];
        _normQuantizer.Decode(code, 1, norm);
        return norm[0];
    }
}
