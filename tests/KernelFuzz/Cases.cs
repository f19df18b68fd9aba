using System.Runtime.InteropServices;
using InferenceServices.Onnx;

namespace InferenceServices.KernelFuzz;

/// <summary>A class of inputs that a run tests.</summary>
internal enum CaseKind
{
    /// <summary>One or more axes are empty.</summary>
    Empty,

    /// <summary>One or more axes have another length than in the node test: shorter than a window, longer than another input.</summary>
    Shapes,

    /// <summary>One element, or all elements, of one or two inputs have an extreme value.</summary>
    Values,
}

/// <summary>One input of a case.</summary>
/// <param name="Name">Name of the input.</param>
/// <param name="DataType">ONNX element type.</param>
/// <param name="Dims">Shape.</param>
/// <param name="Bytes">Elements; empty for strings.</param>
/// <param name="Strings">Elements of a string tensor.</param>
internal sealed record CaseInput(string Name, int DataType, long[] Dims, byte[] Bytes, string[] Strings)
{
    public static CaseInput Of(TensorProto tensor)
        => new(tensor.Name, tensor.DataType, [.. tensor.Dims], tensor.RawData.ToByteArray(), [.. tensor.StringData.Select(text => text.ToStringUtf8())]);

    public bool IsEmpty => Dims.Contains(0);
}

/// <summary>Generates the cases of a model, always in the same order.</summary>
internal static class Cases
{
    // Pairs grow with the square of the number of axes and values.
    private const int MaxCases = 400;

    private static readonly long[] Lengths = [1, 2, 3, 7];

    public static IEnumerable<(string Name, CaseInput[] Inputs)> Of(CaseKind kind, IReadOnlyList<TensorProto> tensors)
    {
        CaseInput[] inputs = [.. tensors.Select(CaseInput.Of)];
        var cases = kind switch { CaseKind.Empty => Resized(inputs, 0), CaseKind.Shapes => Lengths.SelectMany(length => Resized(inputs, length)), _ => Values(inputs) };
        return cases.Prepend(("unchanged", inputs)).Take(MaxCases);
    }

    // Single axes, equal axes (a batch or a sequence that inputs share), the same axis of all inputs, pairs of axes.
    private static IEnumerable<(string, CaseInput[])> Resized(CaseInput[] inputs, long length)
    {
        (int Input, int Axis)[] axes = [.. inputs.Index().SelectMany(input => Enumerable.Range(0, input.Item.Dims.Length).Select(axis => (input.Index, axis)))];
        var sets = axes.Select(axis => new[] { axis })
            .Concat(axes.GroupBy(axis => inputs[axis.Input].Dims[axis.Axis]).Select(group => group.ToArray()))
            .Concat(axes.GroupBy(axis => axis.Axis).Select(group => group.ToArray()))
            .Concat(axes.SelectMany((first, index) => axes[(index + 1)..].Select(second => new[] { first, second })));
        var seen = new HashSet<string>();
        foreach (var set in sets)
        {
            var name = string.Join(' ', set.Select(axis => $"{inputs[axis.Input].Name}[{axis.Axis}]")) + (length == 0 ? "" : $"={length}");
            if (!seen.Add(name)) continue;
            CaseInput[] changed = [.. inputs.Index().Select(input =>
            {
                var dims = input.Item.Dims.ToArray();
                foreach (var (index, axis) in set)
                    if (index == input.Index) dims[axis] = length;
                return WithDims(input.Item, dims);
            })];
            yield return (name, changed);
        }
    }

    // The elements are repeated.
    private static CaseInput WithDims(CaseInput input, long[] dims)
    {
        var count = (int)dims.Aggregate(1L, (product, dim) => product * dim);
        var size = FuzzModel.SizeOf(input.DataType);
        if (count == 0) return input with { Dims = dims, Bytes = [], Strings = [] };
        if (input.IsEmpty) return input with { Dims = dims, Bytes = new byte[count * size], Strings = [.. Enumerable.Repeat("", size == 0 ? count : 0)] };
        if (size == 0) return input with { Dims = dims, Strings = [.. Enumerable.Range(0, count).Select(index => input.Strings[index % input.Strings.Length])] };
        return input with { Dims = dims, Bytes = [.. Enumerable.Range(0, count * size).Select(index => input.Bytes[index % input.Bytes.Length])] };
    }

    private static IEnumerable<(string, CaseInput[])> Values(CaseInput[] inputs)
    {
        for (var first = 0; first < inputs.Length; first++)
            foreach (var (name, bytes) in Extremes(inputs[first].DataType))
                yield return ($"{inputs[first].Name}={name}", Fill(inputs, (first, bytes)));
        for (var first = 0; first < inputs.Length; first++)
            foreach (var (name, bytes) in Extremes(inputs[first].DataType))
            {
                if (inputs[first].Bytes.Length <= bytes.Length) continue;
                yield return ($"{inputs[first].Name}[0]={name}", SetOne(inputs, first, bytes, 0));
                yield return ($"{inputs[first].Name}[last]={name}", SetOne(inputs, first, bytes, inputs[first].Bytes.Length - bytes.Length));
            }
        for (var first = 0; first < inputs.Length; first++)
            for (var second = first + 1; second < inputs.Length; second++)
                foreach (var (name, bytes) in Extremes(inputs[first].DataType))
                    foreach (var (otherName, otherBytes) in Extremes(inputs[second].DataType))
                        yield return ($"{inputs[first].Name}={name} {inputs[second].Name}={otherName}", Fill(inputs, (first, bytes), (second, otherBytes)));
    }

    private static CaseInput[] SetOne(CaseInput[] inputs, int input, byte[] element, int at)
    {
        var changed = inputs.ToArray();
        var bytes = inputs[input].Bytes.ToArray();
        element.CopyTo(bytes, at);
        changed[input] = inputs[input] with { Bytes = bytes };
        return changed;
    }

    private static CaseInput[] Fill(CaseInput[] inputs, params (int Input, byte[] Element)[] changes)
    {
        var filled = inputs.ToArray();
        foreach (var (input, element) in changes)
            filled[input] = inputs[input] with { Bytes = [.. Enumerable.Repeat(element, inputs[input].Bytes.Length / element.Length).SelectMany(bytes => bytes)] };
        return filled;
    }

    private static (string Name, byte[] Element)[] Extremes(int dataType) => dataType switch
    {
        1 => Of(float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, -1f, 0f, 1e5f, 1e-9f, 1000f),
        OnnxDatatype.Fp64 => Of(double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, -1d, 0d),
        OnnxDatatype.Fp16 => Of(Half.NaN, Half.PositiveInfinity, Half.NegativeInfinity, Half.MaxValue, Half.NegativeOne, Half.Zero),
        3 => Of(sbyte.MinValue, sbyte.MaxValue, (sbyte)-1, (sbyte)0),
        5 => Of(short.MinValue, short.MaxValue, (short)-1, (short)0),
        OnnxDatatype.Int32 => Of(int.MinValue, int.MaxValue, -1, 0, 1, 7, 1000, 1 << 24, -7),
        OnnxDatatype.Int64 => Of(long.MinValue, long.MaxValue, -1L, 0L, 1L, 7L, 1000L, 1L << 24, 1L << 32, -7L),
        2 => Of(byte.MaxValue, (byte)0),
        4 => Of(ushort.MaxValue, (ushort)0),
        12 => Of(uint.MaxValue, 0u),
        13 => Of(ulong.MaxValue, 0ul),
        _ => [],
    };

    private static (string, byte[])[] Of<T>(params T[] values)
        where T : unmanaged
        => [.. values.Select(value => (FormattableString.Invariant($"{value}"), MemoryMarshal.AsBytes<T>([value]).ToArray()))];
}
