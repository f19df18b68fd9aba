using System.CommandLine;

namespace InferenceServices.ModelTools.Convert.XGBoost;

/// <summary><c>isvc convert xgboost MODEL --output DIR</c></summary>
internal static class XGBoostCommand
{
    public static Command Build()
    {
        var model = new Argument<string>("MODEL") { Description = "An XGBoost model saved as JSON: gbtree or dart; classification or regression." };
        var output = ConvertCommand.Output();
        var labels = new Option<string?>("--labels") { Description = "Class names in order, separated by commas: false,true. Default: class numbers." };
        var features = new Option<string?>("--features") { Description = "A file with the feature names in order, one per line. Default: the names in the model." };
        var command = new Command("xgboost", "Converts an XGBoost model to an ONNX model directory.") { model, output, labels, features };
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
