using System.Globalization;
using InferenceServices.Onnx;

namespace InferenceServices.Explanations;

/// <summary>Reads the names of a classifier's classes from its ONNX file.</summary>
/// <remarks>ai.onnx.ml: the classifiers and ZipMap have <c>classlabels_strings</c> or a list of integers.</remarks>
public static class ModelClasses
{
    private const string MlDomain = "ai.onnx.ml";

    /// <summary>Returns the names of the classes.</summary>
    /// <param name="onnxPath">Path of an ONNX file.</param>
    /// <returns>Null when no node names classes, or several nodes name different ones.</returns>
    /// <exception cref="InvalidDataException">The file is not an ONNX file.</exception>
    public static IReadOnlyList<string>? Read(string onnxPath)
    {
        string[]? found = null;
        foreach (var node in OnnxFile.Read(onnxPath).Graph.Node.Where(node => node.Domain == MlDomain))
        {
            if (ClassesOf(new NodeAttributes(node)) is not { Length: > 0 } classes) continue;
            if (found is not null && !found.AsSpan().SequenceEqual(classes)) return null;
            found = classes;
        }
        return found;
    }

    private static string[] ClassesOf(NodeAttributes attributes)
    {
        if (attributes.Texts("classlabels_strings") is { Length: > 0 } names) return names;
        // LinearClassifier and SVMClassifier have another name for the integers.
        long[] numbers = [.. attributes.Integers("classlabels_int64s"), .. attributes.Integers("classlabels_ints")];
        return Array.ConvertAll(numbers, number => number.ToString(CultureInfo.InvariantCulture));
    }
}
