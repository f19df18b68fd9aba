using InferenceServices.Onnx;

namespace InferenceServices.Inference.Graphs;

/// <summary>The window of a convolution or a pool, by spatial axis.</summary>
/// <param name="Lengths">Length with dilation.</param>
/// <param name="Padding">Padding before and behind the input.</param>
/// <param name="Strides">Steps.</param>
/// <param name="AutoPad">The attribute <c>auto_pad</c>.</param>
internal sealed record Window(long[] Lengths, long[] Padding, long[] Strides, string AutoPad)
{
    /// <summary>Whether the output has elements for every length of the input: the padding is as long as the window but one element.</summary>
    public bool IsCovered => IsSame || Lengths.Zip(Padding).All(axis => axis.First - axis.Second <= 1);

    /// <summary>Whether the window starts in the padding such that the output is as long as the input.</summary>
    public bool IsSame => AutoPad is "SAME_UPPER" or "SAME_LOWER";

    /// <summary>Reads the window of a node.</summary>
    /// <param name="node">A convolution or a pool.</param>
    /// <param name="facts">Knows the shape of constant weights, if the node does not state it.</param>
    /// <returns>Null if the window is not known before the run.</returns>
    public static Window? Of(NodeProto node, ValueFacts facts)
    {
        var attributes = new NodeAttributes(node);
        var kernel = attributes.Integers("kernel_shape");
        if (kernel.Length == 0 && node.Input.Count > 1) kernel = [.. (facts.ShapeOfConstant(node.Input[1]) ?? []).Skip(2)];
        var (pads, dilations, strides) = (attributes.Integers("pads"), attributes.Integers("dilations"), attributes.Integers("strides"));
        if (kernel.Length == 0 || (pads.Length > 0 && pads.Length != 2 * kernel.Length) || (dilations.Length > 0 && dilations.Length != kernel.Length) || (strides.Length > 0 && strides.Length != kernel.Length)) return null;
        return new Window(
            [.. kernel.Select((length, axis) => ((length - 1) * (dilations.Length > 0 ? dilations[axis] : 1)) + 1)],
            [.. kernel.Select((_, axis) => pads.Length > 0 ? pads[axis] + pads[axis + kernel.Length] : 0)],
            [.. kernel.Select((_, axis) => strides.Length > 0 ? Math.Max(strides[axis], 1) : 1)],
            attributes.Text("auto_pad", "NOTSET"));
    }

    /// <summary>Returns the lengths of the output.</summary>
    /// <returns>Null if the number of axes differs.</returns>
    public long[]? OutputOf(long[] input)
        => input.Length != Lengths.Length ? null : [.. input.Select((length, axis) => IsSame ? (length + Strides[axis] - 1) / Strides[axis] : ((length + Padding[axis] - Lengths[axis]) / Strides[axis]) + 1)];

    /// <summary>Adds nodes that compute whether the output has an axis of length 0.</summary>
    /// <remarks>As the runtime does: integer division rounds towards zero.</remarks>
    public string IsOutputEmpty(GuardNodes guard, string input)
    {
        var lengths = guard.Append("Gather", guard.Append("Shape", input), guard.Vector([.. Enumerable.Range(2, Lengths.Length).Select(axis => (long)axis)]));
        var steps = guard.Append("Div", guard.Append("Add", lengths, guard.Vector([.. Padding.Zip(Lengths, (padding, length) => padding - length)])), guard.Vector(Strides));
        var output = guard.Append("Add", steps, guard.Vector(1));
        return guard.Append("Not", guard.Cast(guard.Append("ReduceProd", guard.Double(output)), Boolean));
    }

    private const int Boolean = 9;
}
