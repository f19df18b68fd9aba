using System.Runtime.InteropServices;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Inference.Execution;

/// <summary>
/// Whether a model's first axis is a batch: whether each row of its answer is made of the same row of its inputs and of nothing else. A signature can only
/// refute that; where it does not, two rows are run together and each alone, and have to come to the same.
/// </summary>
internal static class RowIndependence
{
    // Free axes behind the first: one is the least there is, and too little for some convolutions.
    private static readonly long[] Lengths = [1, 32];

    /// <summary>What the signature has against it.</summary>
    /// <returns>Null when nothing.</returns>
    public static string? Refute(IReadOnlyList<TensorMetadata> inputs, IReadOnlyList<TensorMetadata> outputs)
    {
        foreach (var tensor in inputs.Concat(outputs))
            if (tensor.Shape.Rank == 0 || tensor.Shape[0] != -1) return $"the first axis of '{tensor.Name}' {tensor.Shape} is not free";
        return null;
    }

    /// <summary>What two rows have against it. Five rows are run; the graph may take long.</summary>
    /// <param name="session">One whose signature has nothing against it.</param>
    /// <returns>Null when nothing.</returns>
    public static string? Refute(ModelSession session)
    {
        foreach (var length in Lengths)
        {
            try
            {
                return Compare(session, length);
            }
            catch (OnnxRuntimeException)
            {
                // Not every graph takes numbers made up for it.
            }
        }
        return "it could not be tried with numbers made up for it; \"max_batch_size\" in its model-settings.json says that its rows do not depend on each other";
    }

    private static string? Compare(ModelSession session, long length)
    {
        using var options = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        var outputs = new List<InferOutput>();
        try
        {
            var together = Run(session, options, length, 0, 2, outputs);
            var first = Run(session, options, length, 0, 1, outputs);
            var second = Run(session, options, length, 1, 1, outputs);
            for (var i = 0; i < together.Length; i++)
            {
                var (whole, one, other) = (together[i].Tensor, first[i].Tensor, second[i].Tensor);
                if (whole.Shape.Rank == 0 || whole.Shape[0] != 2 || one.Shape[0] != 1 || other.Shape[0] != 1) return $"output '{together[i].Name}' has not as many rows as the inputs";
                if (!Agree(whole.Datatype, whole.Bytes, [.. one.Bytes, .. other.Bytes])) return $"a row of output '{together[i].Name}' depends on the other rows";
            }
            return null;
        }
        finally
        {
            foreach (var output in outputs) output.Tensor.Dispose();
        }
    }

    // One that fails leaves those before it to be disposed.
    private static InferOutput[] Run(ModelSession session, RunOptions options, long length, int firstRow, int rows, List<InferOutput> all)
    {
        using var request = new InferRequest { Inputs = [.. session.Inputs.Select(input => new InferInput(input.Name, MakeRows(input, length, firstRow, rows)))] };
        var outputs = session.Run(request, options, out _);
        all.AddRange(outputs);
        return outputs;
    }

    // The rows differ wherever they can: small numbers in the first, larger ones of both signs in the second; whole numbers stay indices.
    private static Tensor MakeRows(TensorMetadata input, long length, int firstRow, int rows)
    {
        var shape = new Shape([rows, .. input.Shape.AsSpan()[1..].ToArray().Select(dim => dim == -1 ? length : dim)]);
        _ = shape.TryGetElementCount(out var count);
        using var builder = new TensorBuilder(input.Datatype, count);
        for (var row = firstRow; row < firstRow + rows; row++)
        {
            var random = new Random(row);
            for (var i = 0; i < count / rows; i++) Append(builder, (i + row) % 2, row == 0 ? random.NextSingle() : (random.NextSingle() - 0.5f) * 20);
        }
        return builder.Build(shape);
    }

    private static void Append(TensorBuilder builder, int whole, float number)
    {
        switch (builder.Datatype)
        {
            case Datatype.Bytes: builder.AppendBytes(whole == 0 ? "a"u8 : "b"u8); break;
            case Datatype.Fp32: builder.Append(number); break;
            case Datatype.Fp64: builder.Append((double)number); break;
            case Datatype.Fp16: builder.Append((Half)number); break;
            case Datatype.Bf16: builder.Append((BFloat16)number); break;
            case Datatype.Int64 or Datatype.Uint64: builder.Append((long)whole); break;
            case Datatype.Int32 or Datatype.Uint32: builder.Append(whole); break;
            case Datatype.Int16 or Datatype.Uint16: builder.Append((short)whole); break;
            default: builder.Append((byte)whole); break;
        }
    }

    private static bool Agree(Datatype datatype, ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        // Kernels add in another order when there are more rows: floating point may differ in its last places.
        double? tolerance = datatype switch { Datatype.Fp32 or Datatype.Fp64 => 1e-3, Datatype.Fp16 => 1e-2, Datatype.Bf16 => 5e-2, _ => null };
        if (tolerance is null) return one.SequenceEqual(other);
        if (one.Length != other.Length) return false;
        var size = datatype.SizeBytes();
        for (var at = 0; at < one.Length; at += size)
        {
            var (a, b) = (Read(datatype, one[at..]), Read(datatype, other[at..]));
            if (!a.Equals(b) && !(Math.Abs(a - b) <= tolerance * Math.Max(1, Math.Max(Math.Abs(a), Math.Abs(b))))) return false;
        }
        return true;
    }

    private static double Read(Datatype datatype, ReadOnlySpan<byte> bytes) => datatype switch
    {
        Datatype.Fp64 => MemoryMarshal.Read<double>(bytes),
        Datatype.Fp16 => (double)MemoryMarshal.Read<Half>(bytes),
        Datatype.Bf16 => (float)MemoryMarshal.Read<BFloat16>(bytes),
        _ => MemoryMarshal.Read<float>(bytes),
    };
}
