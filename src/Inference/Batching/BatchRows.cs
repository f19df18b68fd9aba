using System.Buffers.Binary;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Inference.Batching;

/// <summary>Requests that agree in everything but their rows, as one request, and its answer as theirs. Each byte of a request is copied once, none of an answer.</summary>
internal static class BatchRows
{
    /// <summary>One request of all rows, in the members' order.</summary>
    /// <param name="members">At least one; all of them <see cref="PendingInference.CanJoin"/> the first.</param>
    /// <returns>The caller disposes it.</returns>
    public static InferRequest Join(IReadOnlyList<PendingInference> members)
    {
        var first = members[0].Request;
        var rows = CountRows(members);
        var inputs = new InferInput[first.Inputs.Count];
        for (var i = 0; i < inputs.Length; i++) inputs[i] = new InferInput(first.Inputs[i].Name, Join(members, i, rows));
        return new InferRequest { Inputs = inputs, Outputs = first.Outputs };
    }

    /// <summary>To each member the rows of its own.</summary>
    /// <param name="outputs">Of the run; theirs from now on.</param>
    /// <param name="members">As they were joined.</param>
    /// <returns>By member; null when an output does not have the batch's rows, and is disposed.</returns>
    public static InferOutput[][]? Split(InferOutput[] outputs, IReadOnlyList<PendingInference> members)
    {
        var rows = CountRows(members);
        foreach (var output in outputs)
        {
            if (output.Tensor.Shape.Rank > 0 && output.Tensor.Shape[0] == rows) continue;
            foreach (var every in outputs) every.Tensor.Dispose();
            return null;
        }
        var parts = new InferOutput[members.Count][];
        for (var member = 0; member < parts.Length; member++) parts[member] = new InferOutput[outputs.Length];
        for (var i = 0; i < outputs.Length; i++) Split(outputs[i], i, members, rows, parts);
        return parts;
    }

    /// <summary>Rows of all members together.</summary>
    public static long CountRows(IReadOnlyList<PendingInference> members)
    {
        var rows = 0L;
        for (var i = 0; i < members.Count; i++) rows += members[i].Rows;
        return rows;
    }

    private static Tensor Join(IReadOnlyList<PendingInference> members, int input, long rows)
    {
        var length = 0;
        for (var i = 0; i < members.Count; i++) length += members[i].Request.Inputs[input].Tensor.Bytes.Length;
        var first = members[0].Request.Inputs[input].Tensor;
        var joined = Tensor.Rent(first.Datatype, WithRows(first.Shape, rows), length);
        var rest = joined.Memory.Span;
        for (var i = 0; i < members.Count; i++)
        {
            var bytes = members[i].Request.Inputs[input].Tensor.Bytes;
            bytes.CopyTo(rest);
            rest = rest[bytes.Length..];
        }
        return joined;
    }

    private static void Split(InferOutput output, int index, IReadOnlyList<PendingInference> members, long rows, InferOutput[][] parts)
    {
        var whole = output.Tensor;
        var shared = new SharedOutput(whole, members.Count);
        var offset = 0;
        for (var member = 0; member < members.Count; member++)
        {
            var shape = WithRows(whole.Shape, members[member].Rows);
            var length = LengthOf(whole, shape, rows, offset);
            parts[member][index] = output with { Tensor = shared.Take(shape, offset, length) };
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
