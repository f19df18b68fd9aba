using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.MediaWiki.Wikis;
using InferenceServices.RevisionFeatures;

namespace InferenceServices.Services.Revscoring;

/// <summary>A revscoring model: whose revisions it scores, by which features, with which labels.</summary>
/// <param name="Wiki">The first half of its name.</param>
/// <param name="Kind">The second: <c>damaging</c>.</param>
/// <param name="Version">As answers tell it.</param>
/// <param name="Features">The model's input, in order: its <c>features.txt</c>.</param>
/// <param name="Labels">The model's output, in order: its <c>labels.txt</c>.</param>
internal sealed record RevscoringModel(Wiki Wiki, string Kind, string Version, FeatureList Features, IReadOnlyList<string> Labels)
{
    /// <summary>Reads what lies beside the model.</summary>
    /// <exception cref="StartException">There is no such wiki, a file is missing, or it names a feature that is not known.</exception>
    public static RevscoringModel Load(ServedModel model)
    {
        var dash = model.Name.LastIndexOf('-');
        var wiki = WikiTable.FindByDatabaseName(model.Name[..Math.Max(dash, 0)])
            ?? throw new StartException($"--model_name should be of a wiki's database name and a kind of model, as enwiki-damaging, got '{model.Name}'.");
        return new RevscoringModel(wiki, model.Name[(dash + 1)..], model.Version, FeaturesOf(model), LinesOf(model, "labels.txt"));
    }

    private static FeatureList FeaturesOf(ServedModel model)
    {
        try
        {
            return FeatureList.Of(LinesOf(model, "features.txt"));
        }
        catch (ArgumentException exception)
        {
            throw new StartException($"{Path.Combine(model.Directory, "features.txt")} cannot be used: {exception.Message}", exception);
        }
    }

    private static string[] LinesOf(ServedModel model, string file)
    {
        var path = Path.Combine(model.Directory, file);
        return File.Exists(path) && File.ReadAllLines(path) is { Length: > 0 } lines
            ? lines
            : throw new StartException($"There is no {path} with a name a line; isvc convert xgboost writes it beside the model.");
    }
}
