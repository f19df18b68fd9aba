using System.Runtime.InteropServices;
using Google.Protobuf;
using InferenceServices.Onnx;

namespace InferenceServices.ModelTools.Convert.FastText;

/// <summary>Copies matrices to ONNX tensors: into the tensor itself, or in blocks to external data.</summary>
/// <param name="external">File for external data; null to store weights in the tensor.</param>
/// <param name="error">Creates the exception for a corrupt model.</param>
/// <param name="copied">Receives the number of rows of each block.</param>
internal sealed class FastTextWeights(FileStream? external, Func<string, ModelFileException> error, Action<long> copied)
{
    private const int BlockBytes = 1 << 20;

    // The ONNX specification recommends page alignment, so that a runtime can map the file into memory.
    private const int Alignment = 4096;

    /// <param name="name">The tensor's name.</param>
    /// <param name="source">The matrix.</param>
    /// <param name="zeroRows">Rows of zeros to append.</param>
    public TensorProto Copy(string name, IRowSource source, int zeroRows)
    {
        var length = (source.Rows + zeroRows) * source.Columns * sizeof(float);
        var tensor = new TensorProto { Name = name, DataType = OnnxDatatype.Fp32, Dims = { source.Rows + zeroRows, source.Columns } };
        if (external is null)
        {
            var bytes = new byte[length];
            using var memory = new MemoryStream(bytes);
            CopyRows(source, memory);
            tensor.RawData = UnsafeByteOperations.UnsafeWrap(bytes);
            return tensor;
        }

        external.Position = (external.Position + Alignment - 1) / Alignment * Alignment;
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = Path.GetFileName(external.Name) });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = $"{external.Position}" });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = $"{length}" });
        CopyRows(source, external);
        external.Write(new byte[zeroRows * source.Columns * sizeof(float)]);
        return tensor;
    }

    private void CopyRows(IRowSource source, Stream destination)
    {
        var block = new float[Math.Max(1, BlockBytes / sizeof(float) / source.Columns) * source.Columns];
        for (long row = 0; row < source.Rows;)
        {
            var rows = Math.Min(source.Rows - row, block.Length / source.Columns);
            var numbers = block.AsSpan(0, (int)rows * source.Columns);
            source.Read(row, numbers);
            foreach (var number in numbers)
            {
                if (!float.IsFinite(number))
                    throw error($"is corrupt: a weight in row {row} or soon after is not a finite number");
            }
            destination.Write(MemoryMarshal.AsBytes(numbers));
            row += rows;
            copied(rows);
        }
    }
}
