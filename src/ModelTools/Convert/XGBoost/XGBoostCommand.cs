using System.CommandLine;

namespace InferenceServices.ModelTools.Convert.XGBoost;

/// <summary><c>isvc convert xgboost MODEL --output DIR</c></summary>
internal static class XGBoostCommand
{
    public static Command Build()
    {
        var model = new Argument<string>("MODEL") { Description = "A model that XGBoost saved as JSON: gbtree or dart; classes, probabilities or values." };
        var output = new Option<string>("--output", "-o")
        {
            Description = "The model directory to write; an earlier conversion in it is replaced.",
            HelpName = "DIR",
            Required = true,
        };
        var labels = new Option<string?>("--labels") { Description = "Names of the classes, in their order, with commas between them: false,true. Default: their numbers." };
        var features = new Option<string?>("--features") { Description = "A file with the names of the features, one a line, in their order. Default: those in the model." };
        var command = new Command("xgboost", "Converts a model of XGBoost to an ONNX model directory.") { model, output, labels, features };
        command.SetAction(parsed =>
        {
            XGBoostConverter.Convert(
                parsed.GetRequiredValue(model),
                parsed.GetValue(labels)?.Split(','),
                parsed.GetValue(features) is { } file ? File.ReadAllLines(file) : null,
                parsed.GetRequiredValue(output));
            parsed.InvocationConfiguration.Output.WriteLine($"wrote {parsed.GetRequiredValue(output)}");
        });
        return command;
    }
}
