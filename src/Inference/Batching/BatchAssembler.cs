using System.Buffers.Binary;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Inference.Batching;

/// <summary>Concatenates requests into one batch and splits the batch's outputs. Request bytes are copied once, output bytes are not copied.</summary>
internal static class BatchAssembler
{
    /// <summary>Concatenates the rows of all members, in order, into one request.</summary>
    /// <param name="members">At least one; each <see cref="PendingInference.CanBatchWith"/> the first.</param>
    /// <returns>A request that the caller disposes.</returns>
    public static InferRequest Concat(IReadOnlyList<PendingInference> members)
    {
        var first = members[0].Request;
        var rows = CountRows(members);
        var inputs = new InferInput[first.Inputs.Count];
        for (var i = 0; i < inputs.Length; i++) inputs[i] = new InferInput(first.Inputs[i].Name, Concat(members, i, rows));
        return new InferRequest { Inputs = inputs, Outputs = first.Outputs };
    }

    /// <summary>Splits the outputs of a batch by member.</summary>
    /// <param name="outputs">Outputs of the run. Takes ownership.</param>
    /// <param name="members">The members, in the order of concatenation.</param>
    /// <returns>Outputs by member; null, with all outputs disposed, when an output does not have the batch's number of rows.</returns>
    public static InferOutput[][]? Split(InferOutput[] outputs, IReadOnlyList<PendingInference> members)
    {
        var rows = CountRows(members);
        foreach (var output in outputs)
        {
            if (output.Tensor.Shape.Rank > 0 && output.Tensor.Shape[0] == rows) continue;
            foreach (var discarded in outputs) discarded.Tensor.Dispose();
            return null;
        }
        var parts = new InferOutput[members.Count][];
        for (var member = 0; member < parts.Length; member++) parts[member] = new InferOutput[outputs.Length];
        for (var i = 0; i < outputs.Length; i++) Split(outputs[i], i, members, rows, parts);
        return parts;
    }

    /// <summary>Returns the total number of rows.</summary>
    public static long CountRows(IReadOnlyList<PendingInference> members)
    {
        var rows = 0L;
        for (var i = 0; i < members.Count; i++) rows += members[i].Rows;
        return rows;
    }

    private static Tensor Concat(IReadOnlyList<PendingInference> members, int input, long rows)
    {
        var length = 0;
        for (var i = 0; i < members.Count; i++) length += members[i].Request.Inputs[input].Tensor.Bytes.Length;
        var first = members[0].Request.Inputs[input].Tensor;
        var batch = Tensor.Rent(first.Datatype, WithRows(first.Shape, rows), length);
        var rest = batch.Memory.Span;
        for (var i = 0; i < members.Count; i++)
        {
            var bytes = members[i].Request.Inputs[input].Tensor.Bytes;
            bytes.CopyTo(rest);
            rest = rest[bytes.Length..];
        }
        return batch;
    }

    private static void Split(InferOutput output, int index, IReadOnlyList<PendingInference> members, long rows, InferOutput[][] parts)
    {
        var whole = output.Tensor;
        var owner = new BatchOutputOwner(whole, members.Count);
        var offset = 0;
        for (var member = 0; member < members.Count; member++)
        {
            var shape = WithRows(whole.Shape, members[member].Rows);
            var length = LengthOf(whole, shape, rows, offset);
            parts[member][index] = output with { Tensor = owner.Slice(shape, offset, length) };
            offset += length;
        }
    }

    private static int LengthOf(Tensor whole, Shape part, long rows, int offset)
    {
        if (whole.Datatype != Datatype.Bytes) return (int)(whole.Bytes.Length / rows * part[0]);
        _ = part.TryGetElementCount(out var count);
        var end = offset;
        for (; count > 0; count--) end += sizeof(int) + BinaryPrimitives.ReadInt32LittleEndian(whole.Bytes[end..]);
        return end - offset;
    }

    private static Shape WithRows(Shape shape, long rows)
    {
        var dims = shape.AsSpan().ToArray();
        dims[0] = rows;
        return new Shape(dims);
    }
}
