using System.CommandLine;

namespace InferenceServices.ModelTools.Convert.Sklearn;

/// <summary><c>isvc convert sklearn FILE --output DIR</c></summary>
internal static class SklearnCommand
{
    public static Command Build()
    {
        var model = new Argument<string>("FILE") { Description = "A model saved with pickle or joblib; uncompressed, or compressed with gzip, zlib, bzip2 or xz. Nothing in the file is executed." };
        var output = ConvertCommand.Output();
        var command = new Command("sklearn", $"Converts a scikit-learn model to an ONNX model directory: {SklearnModelReader.Supported}.") { model, output };
        command.SetAction(parsed =>
        {
            var (path, directory) = (parsed.GetRequiredValue(model), parsed.GetRequiredValue(output));
            var read = PickledModel.Read(path, "a scikit-learn model", SklearnModelReader.Read);
            SklearnModelDirectory.Write(read, directory, hasClassNumbers: false, version: null, writeInfo: null);
            parsed.InvocationConfiguration.Output.WriteLine($"wrote {directory}: {SklearnModelDirectory.Summarize(read)}");
        });
        return command;
    }
}
