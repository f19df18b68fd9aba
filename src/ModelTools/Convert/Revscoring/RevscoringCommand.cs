using System.CommandLine;
using InferenceServices.ModelTools.Convert.Pickles;
using InferenceServices.ModelTools.Convert.Sklearn;

namespace InferenceServices.ModelTools.Convert.Revscoring;

/// <summary><c>isvc convert revscoring MODEL --output DIR</c></summary>
internal static class RevscoringCommand
{
    private const int MostListed = 20;

    public static Command Build()
    {
        var model = new Argument<string>("MODEL") { Description = "A revscoring model (GradientBoosting or RandomForest), as Lift Wing stores it: model.bin or model.bz2. Nothing in the file is executed." };
        var output = ConvertCommand.Output();
        var name = new Option<string?>("--model_name") { Description = "Name of the service, such as svwiki-articlequality: the features of its wiki are then known. Default: only features of all wikis are.", HelpName = "WIKI-KIND" };
        var command = new Command("revscoring", "Converts a revscoring model to an ONNX model directory with feature names, labels, version and info.json.") { model, output, name };
        command.SetAction(parsed =>
        {
            var directory = parsed.GetRequiredValue(output);
            var read = Convert(parsed.GetRequiredValue(model), directory, parsed.GetValue(name) ?? "");
            parsed.InvocationConfiguration.Output.WriteLine($"wrote {directory}: version {read.Version}, {SklearnModelDirectory.Summarize(read.Model)}");
            if (read.UnknownFeatures.Count > 0) parsed.InvocationConfiguration.Error.WriteLine(Warn(read));
        });
        return command;
    }

    private static RevscoringModelFile Convert(string path, string directory, string name) => PickledModel.Read(path, "a revscoring model", root =>
    {
        var dash = name.LastIndexOf('-');
        var read = dash < 0 ? RevscoringModelFile.Read(root, null, null) : RevscoringModelFile.Read(root, name[..dash], name[(dash + 1)..]);
        SklearnModelDirectory.Write(read.Model, directory, hasClassNumbers: true, read.Version, writer => InfoJson.Write(writer, read.Info));
        return read;
    });

    private static string Warn(RevscoringModelFile read)
    {
        var listed = read.UnknownFeatures.Take(MostListed).Select(name => PrintableText.Of(name, 300));
        var more = read.UnknownFeatures.Count > MostListed ? $", and {read.UnknownFeatures.Count - MostListed} more" : "";
        return $"isvc: warning: the revscoring service does not know {read.UnknownFeatures.Count} of {read.Model.FeatureNames.Length} features and does not start with this model: {string.Join(", ", listed)}{more}";
    }
}
