using InferenceServices.Inference.Execution;
using InferenceServices.Onnx;

namespace InferenceServices.Inference.Graphs;

/// <summary>The graph that a session opens: a model file, or a changed copy of the file in memory.</summary>
/// <param name="Path">The <c>.onnx</c> or <c>.ort</c> file.</param>
/// <param name="Operators">Operators of the file, sorted; null for ORT format.</param>
/// <param name="Classes">Keys of the maps that an output had in the file, by output.</param>
/// <param name="Content">The changed file; null when the file is opened as it is.</param>
internal sealed record ModelGraph(string Path, IReadOnlyList<string>? Operators, IReadOnlyDictionary<string, IReadOnlyList<string>> Classes, byte[]? Content)
{
    /// <summary>Prefix of the name of an added node that fails on purpose; the reason follows.</summary>
    public const string ReasonPrefix = "reason: ";

    private static readonly Dictionary<string, IReadOnlyList<string>> NoClasses = [];

    /// <summary>Describes a file that is opened as it is.</summary>
    public static ModelGraph Unchanged(string path) => new(path, null, NoClasses, null);

    /// <summary>Reads a file, replaces what the protocols cannot carry, and guards kernels that do not survive every value.</summary>
    /// <param name="path">An <c>.onnx</c> or <c>.ort</c> file.</param>
    /// <param name="allowUnsafeOperators">Whether to leave operators without guards that cannot be guarded.</param>
    /// <param name="maxElements">Largest number of elements of a tensor whose size depends on values.</param>
    /// <exception cref="NotSupportedException">The graph cannot be served; the message has the reason.</exception>
    /// <exception cref="InvalidDataException">The file is not a model.</exception>
    public static ModelGraph Read(string path, bool allowUnsafeOperators, long maxElements)
    {
        if (System.IO.Path.GetExtension(path) == ".ort") return ReadOrt(path, allowUnsafeOperators);
        using var skeleton = ModelSkeleton.Read(path);
        CheckDatatypes("input", skeleton.Model.Graph.Input);
        CheckDatatypes("output", skeleton.Model.Graph.Output);
        var operators = GraphReader.Operators(skeleton.Model);
        var classes = operators.Contains(ZipMaps.Operator) ? ZipMaps.Replace(skeleton.Model.Graph) : NoClasses;
        var hasOptionals = OptionalOutputs.Replace(skeleton.Model.Graph);
        var isGuarded = KernelGuards.AddTo(skeleton.Model, skeleton.Weights, allowUnsafeOperators, maxElements);
        return new ModelGraph(path, operators, classes, classes.Count > 0 || hasOptionals || isGuarded ? skeleton.ToByteArray() : null);
    }

    // The binding of ONNX Runtime fails on types that it does not know without the name of the input. Other types: see Signature.
    private static void CheckDatatypes(string kind, IEnumerable<ValueInfoProto> values)
    {
        foreach (var value in values)
        {
            if (value.Type?.TensorType is { ElemType: > 16 } tensor)
                throw new NotSupportedException($"{kind} '{value.Name}' is of type tensor({OnnxDatatype.NameOf(tensor.ElemType).Trim('(', ')')}), {Signature.Supported}");
        }
    }

    // Graphs in ORT format cannot be changed.
    private static ModelGraph ReadOrt(string path, bool allowUnsafeOperators)
    {
        if (!allowUnsafeOperators && OrtFile.FindOperator(path, KernelGuards.Traps) is { } found)
            throw new UnsafeOperatorException($"{found} in ORT format cannot be guarded");
        return Unchanged(path);
    }
}
