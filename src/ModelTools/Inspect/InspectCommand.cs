using System.CommandLine;
using InferenceServices.Inference.Repository;
using InferenceServices.ModelTools.Convert.FastText;

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
        if (Directory.Exists(path)) path = ModelDiscovery.FindModelFile(path);
        if (FastTextModelFile.HasMagic(path))
            FastTextReport.Write(path, output);
        else if (Path.GetExtension(path) == ".ort")
            OrtReport.Write(path, output);
        else
            OnnxReport.Write(path, output);
    }
}
