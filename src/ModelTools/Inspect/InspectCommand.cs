using System.CommandLine;
using InferenceServices.FastText;
using InferenceServices.ModelTools.Convert.FastText;
using InferenceServices.Onnx;

namespace InferenceServices.ModelTools.Inspect;

/// <summary><c>isvc inspect FILE|DIR</c></summary>
internal static class InspectCommand
{
    public static Command Build()
    {
        var path = new Argument<string>("FILE|DIR") { Description = "A .onnx or .ort file, a fastText .bin or .ftz file, or a directory with one model." };
        var command = new Command("inspect", "Prints inputs, outputs and metadata of a model file.") { path };
        command.SetAction(parsed => Inspect(parsed.GetRequiredValue(path), parsed.InvocationConfiguration.Output));
        return command;
    }

    private static void Inspect(string path, TextWriter output)
    {
        if (!Directory.Exists(path))
        {
            InspectFile(path, output);
            return;
        }

        // The names of isvc, ONNX Runtime and Hugging Face; otherwise the only model of the directory.
        string[] names = [FastTextFiles.Model, "model.ort", Path.Combine("onnx", FastTextFiles.Model)];
        var model = names.Select(name => Path.Combine(path, name)).FirstOrDefault(File.Exists)
            ?? (Directory.GetFiles(path).Where(file => Path.GetExtension(file) is ".onnx" or ".ort").ToArray() is [var only] ? only : null)
            ?? throw new ModelFileException($"{path} has no {FastTextFiles.Model}{(ModelFileFormat.FindOtherModel(path) is { } other ? $"; {other}" : "")}");
        InspectFile(model, output);
    }

    private static void InspectFile(string path, TextWriter output)
    {
        if (FastTextModelFile.HasMagic(path))
            FastTextReport.Write(path, output);
        else if (Path.GetExtension(path) == ".ort")
            OrtReport.Write(path, output);
        else
            OnnxReport.Write(path, output);
    }
}
