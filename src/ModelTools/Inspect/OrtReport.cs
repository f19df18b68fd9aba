using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference;
using InferenceServices.Onnx;

namespace InferenceServices.ModelTools.Inspect;

/// <summary>Prints the declarations of a file in ORT format.</summary>
internal static class OrtReport
{
    public static void Write(string path, TextWriter output)
    {
        var model = Read(path);
        output.Line("file", $"{path}, {ReportWriter.Size(new FileInfo(path).Length)}");
        output.Line("format", "ORT");
        output.Line("producer", model.Producer);
        if (model.Description.Length > 0)
            output.Line("description", model.Description.ReplaceLineEndings(" "));
        foreach (var input in model.Inputs)
            output.Line("input", Describe(input));
        foreach (var result in model.Outputs)
            output.Line("output", Describe(result));
        foreach (var (key, value) in model.Metadata)
            output.Line("metadata", $"{key} = {value}");
    }

    private static OrtModel Read(string path)
    {
        if (ModelFileFormat.FindProblem(path) is { } problem) throw new ModelFileException($"{path} is not a model in ORT format: {problem}");
        try
        {
            return OrtModel.Read(path);
        }
        catch (Exception error) when (error is InvalidDataException or NotSupportedException)
        {
            throw new ModelFileException(error.Message);
        }
    }

    private static string Describe(TensorMetadata tensor) => $"{tensor.Name} {tensor.Datatype.ToWire()} {tensor.Shape}";
}
