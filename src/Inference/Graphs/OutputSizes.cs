using Google.Protobuf.Collections;
using InferenceServices.Onnx;

namespace InferenceServices.Inference.Graphs;

/// <summary>Computes the number of elements of an output before the node runs, for operators whose output can be out of proportion to their inputs.</summary>
/// <remarks>In FP64: a product does not overflow. Lengths that the kernel rejects may give any number.</remarks>
/// <param name="guard">Appends the nodes.</param>
/// <param name="opset">Opset of the graph.</param>
internal sealed class OutputSizes(GuardNodes guard, long opset)
{
    // A transform of this length costs twice the time per element of a short one: Bluestein's algorithm, whose tables exceed the caches.
    private const double LongTransform = 1 << 14;

    /// <summary>Returns the inputs of an operator that decide the size of the output; the first one is guarded. Null if the output is in proportion to the inputs.</summary>
    public static int[]? LengthsOf(string type, NodeProto node) => (type, node.Input.Count) switch
    {
        ("Range" or "com.microsoft.Range", _) => [1, 0, 2],
        ("BlackmanWindow" or "HammingWindow" or "HannWindow" or "ConstantOfShape", _) => [0],
        ("MelWeightMatrix", _) => [0, 1],
        ("Expand" or "Tile" or "Pad" or "com.microsoft.Pad" or "OneHot" or "CenterCropPad" or "Col2Im" or "AffineGrid", > 1) => [1],
        ("Upsample", > 1) or ("Resize", 2) => [1],
        ("Resize", > 3) when node.Input[3].Length > 0 => [3],
        ("Resize", > 2) => [2, 1],
        ("MaxUnpool", > 2) => [2],
        ("DFT", _) => [0, 1],
        ("STFT", _) => [0, 1, 2, 3],
        ("Multinomial", _) when SampleSize(node) > 1 => [0],
        ("com.microsoft.CropAndResize", _) => [3],
        _ => null,
    };

    /// <summary>Returns whether the guarded input is a tensor, whose elements are not lengths.</summary>
    public static bool IsTensor(string type) => type is "DFT" or "STFT" or "Multinomial";

    /// <summary>Returns the number of elements that the attributes of a node without inputs decide; null for other operators.</summary>
    public static double? Fixed(string type, NodeProto node)
        => type is "RandomNormal" or "RandomUniform" ? new NodeAttributes(node).Integers("shape").Aggregate(1.0, static (product, length) => product * length) : null;

    /// <summary>Returns the type of the guarded input if that is a vector, 0 if the type is not known; null if the input is one number.</summary>
    public static int? TypeOfVector(string type, int input) => type switch
    {
        "Upsample" => OnnxDatatype.Fp32,
        "Resize" => input == 3 ? OnnxDatatype.Int64 : OnnxDatatype.Fp32,
        "com.microsoft.CropAndResize" => OnnxDatatype.Int32,
        "ConstantOfShape" or "Expand" or "Tile" or "Pad" or "com.microsoft.Pad" or "Col2Im" or "AffineGrid" or "MaxUnpool" => OnnxDatatype.Int64,
        "CenterCropPad" => 0,
        _ => null,
    };

    /// <summary>Returns the number of elements of the output of a node that has lengths.</summary>
    public string Of(string type, NodeProto node)
    {
        var inputs = node.Input;
        return type switch
        {
            "Range" or "com.microsoft.Range" => Divide(guard.Append("Sub", guard.Double(inputs[1]), guard.Double(inputs[0])), inputs.Count > 2 ? guard.Double(inputs[2]) : guard.Number(1)),
            "BlackmanWindow" or "HammingWindow" or "HannWindow" => guard.Double(inputs[0]),
            "MelWeightMatrix" => Multiply(guard.Double(inputs[0]), guard.Append("Add", guard.Append("Abs", guard.Double(inputs[1])), guard.Number(1))),
            "ConstantOfShape" => Product(guard.Double(inputs[0])),
            "Expand" or "AffineGrid" or "Tile" => Product(guard.Double(inputs[1])),
            "MaxUnpool" => Product(guard.Double(inputs[2])),
            "OneHot" => Multiply(Size(inputs[0]), Product(guard.Double(inputs[1]))),
            "Pad" or "com.microsoft.Pad" => Padded(inputs),
            "CenterCropPad" => Replaced(node, inputs[0], inputs[1]),
            "Resize" or "Upsample" => Resized(node),
            "Col2Im" => Divide(Multiply(Size(inputs[0]), Product(guard.Double(inputs[1]))), Multiply(Product(guard.Double(inputs[2])), Length(inputs[0], -1))),
            "DFT" => Transformed(node),
            "STFT" => Frames(inputs),
            "Multinomial" => Multiply(Length(inputs[0], 0), guard.Number(SampleSize(node))),
            "com.microsoft.CropAndResize" => Multiply(Multiply(Length(inputs[0], 1), Length(inputs[1], 0)), Product(guard.Double(inputs[3]))),
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
        };
    }

    // Pads are the lengths before all axes, then those behind.
    private string Padded(RepeatedField<string> inputs)
    {
        var pads = guard.Append("Reshape", guard.Double(inputs[1]), guard.Vector(2, -1));
        var sum = guard.Append("Add", guard.Append("Gather", pads, guard.Vector(0)), guard.Append("Gather", pads, guard.Vector(1)));
        var part = inputs.Count > 3 && inputs[3].Length > 0 ? guard.Append("Gather", Shape(inputs[0]), inputs[3]) : Shape(inputs[0]);
        return Multiply(Divide(Size(inputs[0]), Product(part)), Product(guard.Append("Add", part, sum)));
    }

    private string Resized(NodeProto node)
    {
        var inputs = node.Input;
        var attributes = new NodeAttributes(node);
        if (inputs.Count > 3 && inputs[3].Length > 0)
        {
            if (attributes.Text("keep_aspect_ratio_policy", "") != "not_smaller") return Replaced(node, inputs[0], inputs[3]);
            // The largest ratio for all axes.
            var sizes = guard.Double(inputs[3]);
            var ratio = guard.Append("ReduceMax", Divide(sizes, PartOf(node, inputs[0])));
            return Multiply(Size(inputs[0]), guard.Append("Pow", ratio, guard.Double(guard.Append("Size", sizes))));
        }
        var elements = Multiply(Size(inputs[0]), Product(guard.Double(inputs[inputs.Count > 2 ? 2 : 1])));
        if (attributes.Text("coordinate_transformation_mode", "") != "tf_crop_and_resize") return elements;
        var region = guard.Append("Reshape", guard.Double(inputs[1]), guard.Vector(2, -1));
        return Multiply(elements, Product(guard.Append("Sub", guard.Append("Gather", region, guard.Vector(1)), guard.Append("Gather", region, guard.Vector(0)))));
    }

    // Twice the length: real and imaginary parts.
    private string Transformed(NodeProto node)
    {
        var axis = node.Input.Count > 2 && node.Input[2].Length > 0 ? guard.Append("Gather", Shape(node.Input[0]), node.Input[2]) : Length(node.Input[0], new NodeAttributes(node).Integer("axis", opset >= 20 ? -2 : 1));
        var length = node.Input.Count > 1 && node.Input[1].Length > 0 ? guard.Double(node.Input[1]) : axis;
        return Multiply(Divide(Size(node.Input[0]), axis), Multiply(Cost(length), guard.Number(2)));
    }

    private string Frames(RepeatedField<string> inputs)
    {
        var frames = guard.Append("Add", Divide(Size(inputs[0]), guard.Double(inputs[1])), guard.Number(1));
        return Multiply(frames, Cost(inputs.Count > 3 && inputs[3].Length > 0 ? guard.Double(inputs[3]) : Size(inputs[2])));
    }

    // A transform cannot be interrupted, and a long one takes more time per element.
    private string Cost(string length) => Multiply(length, guard.Append("Add", Divide(guard.Append("Abs", length), guard.Number(LongTransform)), guard.Number(1)));

    private static long SampleSize(NodeProto node) => new NodeAttributes(node).Integer("sample_size", 1);

    // The lengths of some axes are replaced.
    private string Replaced(NodeProto node, string tensor, string lengths) => Multiply(Divide(Size(tensor), Product(PartOf(node, tensor))), Product(guard.Double(lengths)));

    private string PartOf(NodeProto node, string tensor)
        => node.Attribute.FirstOrDefault(attribute => attribute.Name == "axes") is { Ints.Count: > 0 } axes ? guard.Append("Gather", Shape(tensor), guard.Vector([.. axes.Ints])) : Shape(tensor);

    private string Length(string tensor, long axis) => guard.Append("Gather", Shape(tensor), guard.Vector(axis));

    private string Size(string tensor) => Product(Shape(tensor));

    // An empty axis counts as 1, so that a quotient is a number.
    private string Shape(string tensor) => guard.Append("Max", guard.Double(guard.Append("Shape", tensor)), guard.Number(1));

    private string Product(string values) => guard.Append("ReduceProd", values);

    private string Multiply(string left, string right) => guard.Append("Mul", left, right);

    private string Divide(string left, string right) => guard.Append("Div", left, right);
}
