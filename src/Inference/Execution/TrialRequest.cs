using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Inference.Execution;

/// <summary>Requests with generated inputs, for the warm-up and the batching probe.</summary>
internal static class TrialRequest
{
    // A larger trial would take memory that the model may never need.
    private const long MaxElements = 1 << 26;

    // One is the minimum. Some graphs need more: convolutions, images of multiples of 32 pixels, audio of 256 or 512 samples.
    private static readonly long[] Lengths = [1, 32, 512, 256];

    /// <summary>Returns the lengths to try, in order, for dynamic dimensions after the first.</summary>
    /// <param name="inputs">Inputs of the graph.</param>
    /// <returns>One length if the inputs do not have such a dimension; none if even the smallest inputs are too large to be generated.</returns>
    public static IEnumerable<long> LengthsFor(IReadOnlyList<TensorMetadata> inputs)
    {
        var lengths = inputs.Any(input => input.Shape.Rank > 1 && input.Shape.AsSpan()[1..].Contains(-1)) ? Lengths : [Lengths[0]];
        return lengths.Where(length => inputs.All(input => CountOf(input, length) <= MaxElements));
    }

    /// <summary>Checks that a request can have the inputs that the model declares.</summary>
    /// <exception cref="NotSupportedException">The smallest tensor of an input is larger than an array.</exception>
    public static void CheckSize(IReadOnlyList<TensorMetadata> inputs)
    {
        foreach (var input in inputs)
        {
            if (CountOf(input, length: 1) * Math.Max(1, input.Datatype.SizeBytes()) > Array.MaxLength)
                throw new NotSupportedException($"input '{input.Name}' has shape {input.Shape} and datatype {input.Datatype.ToWire()}, which is more than the {Array.MaxLength} bytes that a tensor can have");
        }
    }

    /// <summary>
    /// Creates a request with the rows <paramref name="firstRow"/> to <paramref name="firstRow"/> + <paramref name="rows"/> - 1. Row 0 has small
    /// numbers, other rows larger numbers of both signs. Integers are 0 or 1, as indices; a single one is 1 in row 0, because a length of 0 makes an empty tensor.
    /// </summary>
    /// <param name="inputs">Inputs of the graph.</param>
    /// <param name="length">Length of dynamic dimensions after the first.</param>
    /// <param name="firstRow">Index of the first row.</param>
    /// <param name="rows">Length of a dynamic first dimension.</param>
    public static InferRequest Create(IReadOnlyList<TensorMetadata> inputs, long length, int firstRow, int rows)
        => new() { Inputs = [.. inputs.Select(input => new InferInput(input.Name, CreateRows(input, length, firstRow, rows)))] };

    private static Tensor CreateRows(TensorMetadata input, long length, int firstRow, int rows)
    {
        var shape = ShapeOf(input, length, rows);
        _ = shape.TryGetElementCount(out var count);
        using var builder = new TensorBuilder(input.Datatype, count);
        for (var row = firstRow; row < firstRow + rows; row++)
        {
            var random = new Random(row);
            for (var i = 0; i < count / rows; i++) Append(builder, (i + row + 1) % 2, row == 0 ? random.NextSingle() : (random.NextSingle() - 0.5f) * 20);
        }
        return builder.Build(shape);
    }

    // The state of a recurrent network is [layers, rows, width].
    private static Shape ShapeOf(TensorMetadata input, long length, int rows)
        => new([.. input.Shape.ToArray().Select((dim, axis) => dim != -1 ? dim : axis == 0 || IsState(input, axis) ? rows : length)]);

    private static bool IsState(TensorMetadata input, int axis)
        => axis == 1 && input.Shape is { Rank: 3 } shape && shape[0] != -1 && shape[2] != -1;

    // The product may exceed 64 bits.
    private static double CountOf(TensorMetadata input, long length)
        => ShapeOf(input, length, 1).ToArray().Aggregate(1.0, (product, dim) => product * dim);

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
}
