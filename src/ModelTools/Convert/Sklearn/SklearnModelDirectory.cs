using System.Text.Json;
using Google.Protobuf;
using InferenceServices.Onnx;

namespace InferenceServices.ModelTools.Convert.Sklearn;

/// <summary>Writes a model as a model directory.</summary>
internal static class SklearnModelDirectory
{
    public const string ModelFile = "model.onnx", LabelsFile = "labels.txt", FeaturesFile = "features.txt", SettingsFile = "model-settings.json", InfoFile = "info.json";

    /// <summary>Largest difference of a probability, and of a value relative to its size, from scikit-learn's.</summary>
    public const string Tolerance = "1e-12";

    private static readonly string[] Files = [ModelFile, LabelsFile, FeaturesFile, SettingsFile, InfoFile];

    /// <summary>Writes the directory.</summary>
    /// <param name="model">The model.</param>
    /// <param name="output">Output directory; replaces an earlier conversion.</param>
    /// <param name="hasClassNumbers">Whether the output <c>label</c> is the index of the class.</param>
    /// <param name="version">Version of the model; null: unknown.</param>
    /// <param name="writeInfo">Writes <c>info.json</c>; null: no such file.</param>
    public static void Write(SklearnModel model, string output, bool hasClassNumbers, string? version, Action<Utf8JsonWriter>? writeInfo)
    {
        using var directory = new OutputDirectory(output, Files);
        string PathOf(string file) => Path.Combine(directory.Temporary, file);

        using (var file = File.Create(PathOf(ModelFile))) Describe(model, hasClassNumbers).WriteTo(file);
        if (model.Estimator?.Classes is { } classes) File.WriteAllLines(PathOf(LabelsFile), classes.Names);
        File.WriteAllLines(PathOf(FeaturesFile), model.FeatureNames);
        WriteJson(PathOf(SettingsFile), writer => WriteSettings(writer, model, version));
        if (writeInfo is not null) WriteJson(PathOf(InfoFile), writeInfo);
        directory.Complete();
    }

    /// <summary>Describes the result in a line for the terminal.</summary>
    public static string Summarize(SklearnModel model)
    {
        var trees = model.Estimator is SklearnTrees ensemble ? $"{ensemble.Count} trees, " : "";
        var labels = model.Estimator?.Classes is { } classes ? $"{classes.Count} labels; probabilities" : model.Estimator is null ? "scaled features; values" : "one value or more; values";
        return $"{model.Description}: {trees}{model.FeatureNames.Length} features, {labels} are FP64 and equal scikit-learn's within {Tolerance}";
    }

    private static ModelProto Describe(SklearnModel model, bool hasClassNumbers)
    {
        var description = $"{model.Description} of scikit-learn. features: one row per instance, in the order of features.txt. " + model.Estimator switch
        {
            { Classes: not null } => $"probabilities: one per class, in the order of labels.txt. label: {(hasClassNumbers ? "index of the most likely class" : "the most likely class")}.",
            null => "variable: the scaled features.",
            _ => "variable: the prediction.",
        };
        var proto = OnnxModel.Create(
            SklearnGraph.Build(model, hasClassNumbers),
            description,
            new OperatorSetIdProto { Version = SklearnGraph.Opset },
            new OperatorSetIdProto { Domain = SklearnGraph.MlDomain, Version = SklearnGraph.MlOpset });
        if (model.Estimator is SklearnTrees trees) proto.MetadataProps.Add(LeafHitRates.ToMetadata(trees.Trees.LeafHitRates));
        return proto;
    }

    // MLServer's names. A transformer reads the datatype of the input here.
    private static void WriteSettings(Utf8JsonWriter writer, SklearnModel model, string? version)
    {
        writer.WriteStartObject();
        if (version is not null)
        {
            writer.WriteStartObject("parameters");
            writer.WriteString("version", version);
            writer.WriteEndObject();
        }
        writer.WriteStartArray("inputs");
        writer.WriteStartObject();
        writer.WriteString("name", "features");
        writer.WriteString("datatype", "FP64");
        writer.WriteStartArray("shape");
        writer.WriteNumberValue(-1);
        writer.WriteNumberValue(model.FeatureNames.Length);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteJson(string path, Action<Utf8JsonWriter> write)
    {
        using var file = File.Create(path);
        using (var writer = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true })) write(writer);
        file.WriteByte((byte)'\n');
    }
}
