using InferenceServices.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.ModelTools.Inspect;

/// <summary>Prints the declarations of a file in ORT format. ONNX Runtime reads the file; it lists neither operators nor weights.</summary>
internal static class OrtReport
{
    public static void Write(string path, TextWriter output)
    {
        using var session = Open(path);
        var metadata = session.ModelMetadata;
        output.Line("file", $"{path}, {ReportWriter.Size(new FileInfo(path).Length)}");
        output.Line("format", "ORT");
        output.Line("producer", metadata.ProducerName);
        if (metadata.Description.Length > 0)
            output.Line("description", metadata.Description.ReplaceLineEndings(" "));
        foreach (var (name, input) in session.InputMetadata)
            output.Line("input", $"{name} {TypeName(input)}");
        foreach (var (name, result) in session.OutputMetadata)
            output.Line("output", $"{name} {TypeName(result)}");
        foreach (var (key, value) in metadata.CustomMetadataMap)
            output.Line("metadata", $"{key} = {value}");
    }

    private static InferenceSession Open(string path)
    {
        if (ModelFileFormat.FindProblem(path) is { } problem) throw new ModelFileException($"{path} is not a model in ORT format: {problem}");
        using var options = new SessionOptions { GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL, IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        try
        {
            return new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException error)
        {
            throw new ModelFileException($"{path} cannot be opened: {error.Message}");
        }
    }

    // ONNX Runtime numbers the datatypes as ONNX does.
    private static string TypeName(NodeMetadata value)
        => value.IsTensor ? $"{OnnxDatatype.NameOf((int)value.ElementDataType)} [{string.Join(',', value.Dimensions)}]" : value.OnnxValueType.ToString();
}
