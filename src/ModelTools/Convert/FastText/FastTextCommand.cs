using System.CommandLine;

namespace InferenceServices.ModelTools.Convert.FastText;

/// <summary><c>isvc convert fasttext MODEL --output DIR</c></summary>
internal static class FastTextCommand
{
    public static Command Build()
    {
        var model = new Argument<string>("MODEL") { Description = "A supervised fastText model, .bin or .ftz." };
        var output = ConvertCommand.Output();
        var command = new Command("fasttext", "Converts a fastText text classifier to an ONNX model directory.") { model, output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            // System.CommandLine handles signals only after the action has returned its task.
            await Task.Yield();
            var converter = new FastTextConverter(TimeProvider.System, parsed.InvocationConfiguration.Error);
            converter.Convert(parsed.GetRequiredValue(model), parsed.GetRequiredValue(output), cancellationToken);
            parsed.InvocationConfiguration.Output.WriteLine($"wrote {parsed.GetRequiredValue(output)}");
        });
        return command;
    }
}
