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
        var path = new Argument<string>("FILE|DIR") { Description = "An ONNX file, a fastText .bin or .ftz file, or a directory with model.onnx." };
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

        var model = Path.Combine(path, FastTextFiles.Model);
        if (!File.Exists(model))
            throw new ModelFileException($"{path} has no {FastTextFiles.Model}{(ModelFileFormat.FindOtherModel(path) is { } other ? $"; {other}" : "")}");
        InspectFile(model, output);
    }

    private static void InspectFile(string path, TextWriter output)
    {
        if (FastTextModelFile.HasMagic(path))
            FastTextReport.Write(path, output);
        else
            OnnxReport.Write(path, output);
    }
}
