using System.Runtime.InteropServices;

namespace InferenceServices.ModelTools.Convert.FastText;

/// <summary>Product quantizer: 256 centroids for each piece of <c>dsub</c> numbers of a row; the last piece may be shorter.</summary>
/// <remarks>Source: fastText 0.9.2, ProductQuantizer::load, get_centroids and addcode.</remarks>
internal sealed class ProductQuantizer
{
    private const int CentroidsPerPiece = 256;

    private readonly int _pieceLength;
    private readonly float[] _centroids;

    public ProductQuantizer(FileCursor file, int expectedDim, string part)
    {
        var dim = file.ReadInt32(part);
        Pieces = file.ReadInt32(part);
        _pieceLength = file.ReadInt32(part);
        var lastLength = file.ReadInt32(part);
        if (dim != expectedDim || _pieceLength < 1 || Pieces != (dim + _pieceLength - 1) / _pieceLength
            || lastLength != dim - ((Pieces - 1) * _pieceLength))
            throw file.Error($"is corrupt: the centroids of its {part} do not fit its columns");

        _centroids = new float[dim * CentroidsPerPiece];
        var bytes = MemoryMarshal.AsBytes(_centroids.AsSpan());
        file.Require(bytes.Length, part);
        file.ReadAt(file.Position, bytes);
        file.Skip(bytes.Length, part);
    }

    /// <summary>Gets the number of codes of a row; each is a byte.</summary>
    public int Pieces { get; }

    /// <param name="codes">UINT8 [<see cref="Pieces"/>].</param>
    /// <param name="scale">Factor of every number.</param>
    /// <param name="row">Receives FP32 [dim].</param>
    public void Decode(ReadOnlySpan<byte> codes, float scale, Span<float> row)
    {
        for (var piece = 0; piece < codes.Length; piece++)
        {
            var start = piece * _pieceLength;
            var length = Math.Min(_pieceLength, row.Length - start);
            var centroid = _centroids.AsSpan((start * CentroidsPerPiece) + (codes[piece] * length), length);
            for (var i = 0; i < length; i++)
                row[start + i] = scale * centroid[i];
        }
    }
}
