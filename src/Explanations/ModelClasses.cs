using InferenceServices.Onnx;

namespace InferenceServices.Explanations;

/// <summary>Reads the names of a classifier's classes from its ONNX file, without its large weights.</summary>
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
        using var skeleton = ModelSkeleton.Read(onnxPath);
        string[]? found = null;
        foreach (var node in skeleton.Model.Graph.Node.Where(node => node.Domain == MlDomain))
        {
            if (new NodeAttributes(node).ClassLabels() is not { Length: > 0 } classes) continue;
            if (found is not null && !found.AsSpan().SequenceEqual(classes)) return null;
            found = classes;
        }
        return found;
    }
}
