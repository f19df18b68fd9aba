using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.Tensors;
using InferenceServices.MediaWiki.Wikis;
using InferenceServices.RevisionFeatures;

namespace InferenceServices.Services.Revscoring;

/// <summary>A revscoring model: its wiki, features and labels.</summary>
/// <param name="Wiki">Wiki, the first part of the model name.</param>
/// <param name="Kind">Kind of model, the second part of the name, such as <c>damaging</c>.</param>
/// <param name="Version">Version in responses.</param>
/// <param name="Features">Model input, in the order of <c>features.txt</c>.</param>
/// <param name="Labels">Model output, in the order of <c>labels.txt</c>.</param>
/// <param name="Datatype">Datatype of the input, FP32 or FP64.</param>
internal sealed record RevscoringModel(Wiki Wiki, string Kind, string Version, FeatureList Features, IReadOnlyList<string> Labels, Datatype Datatype)
{
    /// <summary>Loads the files beside the model.</summary>
    /// <param name="model">Name, version and directory.</param>
    /// <param name="wikiHost">Host of the wiki; null or empty for its domain in the table.</param>
    /// <exception cref="StartException">The wiki is unknown, a file is missing, or a feature is unknown.</exception>
    public static RevscoringModel Load(ServedModel model, string? wikiHost)
    {
        var dash = model.Name.LastIndexOf('-');
        var wiki = WikiTable.FindByDatabaseName(model.Name[..Math.Max(dash, 0)])
            ?? throw new StartException($"--model_name should be a database name of a wiki and a kind of model, such as enwiki-damaging, got '{model.Name}'.");
        if (wikiHost is { Length: > 0 }) wiki = wiki with { Domain = wikiHost };
        var kind = model.Name[(dash + 1)..];
        return new RevscoringModel(wiki, kind, model.Version, FeaturesOf(model, wiki, kind), LinesOf(model, "labels.txt"), DatatypeOf(model));
    }

    /// <summary>Finds a feature that a request gives; null if there is none of this name.</summary>
    public Feature? FindFeature(string name) => FeatureList.Find(name, Wiki.DatabaseName, Kind);

    private static FeatureList FeaturesOf(ServedModel model, Wiki wiki, string kind)
    {
        try
        {
            return FeatureList.Of(LinesOf(model, "features.txt"), wiki.DatabaseName, kind);
        }
        catch (ArgumentException exception)
        {
            throw new StartException($"{Path.Combine(model.Directory, "features.txt")} cannot be used: {exception.Message}", exception);
        }
    }

    // The predictor of a transformer can be another server that is not up yet, so the datatype is in a file.
    private static Datatype DatatypeOf(ServedModel model)
    {
        var path = Path.Combine(model.Directory, "model-settings.json");
        if (!File.Exists(path)) return Datatype.Fp32;
        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize(file, ModelInputsJson.Default.ModelInputs)?.Inputs?.FirstOrDefault(input => input.Name == "features")?.Datatype switch
            {
                null or "FP32" => Datatype.Fp32,
                "FP64" => Datatype.Fp64,
                var other => throw new StartException($"{path}: the datatype of the input 'features' should be FP32 or FP64, got '{other}'."),
            };
        }
        catch (JsonException exception)
        {
            throw new StartException($"{path} cannot be used: it should be JSON with inputs, a list of objects with name and datatype.", exception);
        }
    }

    private static string[] LinesOf(ServedModel model, string file)
    {
        var path = Path.Combine(model.Directory, file);
        return File.Exists(path) && File.ReadAllLines(path) is { Length: > 0 } lines
            ? lines
            : throw new StartException($"{path} is missing or empty: it has one name per line, and isvc convert creates it beside the model.");
    }
}
