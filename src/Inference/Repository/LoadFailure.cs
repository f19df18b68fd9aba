using System.Text.RegularExpressions;
using InferenceServices.Inference.Execution;
using InferenceServices.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Inference.Repository;

/// <summary>Describes why a model cannot be loaded.</summary>
internal static partial class LoadFailure
{
    /// <summary>Returns the reason, without the final period.</summary>
    /// <param name="path">The model file.</param>
    /// <param name="exception">The exception of the load.</param>
    public static string Describe(string path, Exception exception) => FindProblem(path) ?? Describe(exception);

    // Only after a failure: reading the file again costs time.
    private static string? FindProblem(string path)
    {
        try
        {
            return ModelFileFormat.FindProblem(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string Describe(Exception exception)
    {
        var reason = exception switch
        {
            // The binding's exception class has no name for some error codes and throws this instead.
            KeyNotFoundException => OnnxRuntime.LastError ?? "ONNX Runtime failed with an error code that its binding does not know",
            OutOfMemoryException => "the memory is not sufficient",
            _ => exception.Message,
        };
        return exception is OnnxRuntimeException && DescribeVersion(reason) is { } version ? $"{version} ({reason})" : reason;
    }

    private static string? DescribeVersion(string reason)
    {
        if (IrVersion.Match(reason) is { Success: true } ir)
            return $"the file has IR version {ir.Groups["file"]}, ONNX Runtime {OnnxRuntime.Version} supports at most {ir.Groups["newest"]}; export the model with an older version of ONNX, or set its ir_version";
        if (OpsetVersion.Match(reason) is { Success: true } opset)
            return $"the file has opset {opset.Groups["file"]} of {opset.Groups["domain"]}, ONNX Runtime {OnnxRuntime.Version} supports at most {opset.Groups["newest"]}; export the model with that opset or an older one";
        return null;
    }

    [GeneratedRegex(@"Unsupported model IR version: (?<file>\d+), max supported IR version: (?<newest>\d+)")]
    private static partial Regex IrVersion { get; }

    [GeneratedRegex(@"Opset (?<file>\d+) is under development.*domain (?<domain>\S+) is till opset (?<newest>\d+)", RegexOptions.Singleline)]
    private static partial Regex OpsetVersion { get; }
}
