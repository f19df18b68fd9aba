using System.Reflection;
using Google.Protobuf;
using InferenceServices.Onnx;

namespace InferenceServices.ModelTools.Convert.XGBoost;

/// <summary>Writes a model of XGBoost as a model directory: the graph, the names of its features, and of its classes.</summary>
internal static class XGBoostConverter
{
    public const string ModelFile = "model.onnx", LabelsFile = "labels.txt", FeaturesFile = "features.txt";

    private const int IrVersion = 8;

    /// <param name="path">XGBoost's JSON.</param>
    /// <param name="labels">Names of the classes; null: their numbers.</param>
    /// <param name="features">Names of the features; null: the model's own, or f0, f1, ….</param>
    /// <param name="output">The directory to write; an earlier conversion in it is replaced.</param>
    /// <exception cref="ModelFileException">The model cannot be converted, or has another number of classes or features than names were given.</exception>
    public static void Convert(string path, IReadOnlyList<string>? labels, IReadOnlyList<string>? features, string output)
    {
        var model = XGBoostModelFile.Read(path);
        var labelNames = labels ?? [.. Enumerable.Range(0, model.Classes).Select(label => $"{label}")];
        if (labelNames.Count != model.Classes) throw new ModelFileException($"{path} has {model.Classes} classes; --labels names {labelNames.Count}.");
        var featureNames = features ?? (model.FeatureNames.Count > 0 ? model.FeatureNames : [.. Enumerable.Range(0, model.FeatureCount).Select(feature => $"f{feature}")]);
        if (featureNames.Count != model.FeatureCount) throw new ModelFileException($"{path} has {model.FeatureCount} features; {featureNames.Count} are named.");

        using var directory = new OutputDirectory(output, [ModelFile, LabelsFile, FeaturesFile]);
        using (var file = File.Create(Path.Combine(directory.Temporary, ModelFile))) Describe(model).WriteTo(file);
        if (labelNames.Count > 0) File.WriteAllLines(Path.Combine(directory.Temporary, LabelsFile), labelNames);
        File.WriteAllLines(Path.Combine(directory.Temporary, FeaturesFile), featureNames);
        directory.Complete();
    }

    private static ModelProto Describe(XGBoostModel model) => new()
    {
        IrVersion = IrVersion,
        ProducerName = "isvc",
        ProducerVersion = typeof(XGBoostConverter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "",
        DocString = "A model of XGBoost. features: a row for each case, in the order of features.txt, NaN for a missing value. "
            + (model.Classes > 0 ? "probabilities: one a class, in the order of labels.txt. label: the number of the likeliest." : "value: what is predicted."),
        Graph = XGBoostGraph.Build(model),
        OpsetImport = { new OperatorSetIdProto { Version = XGBoostGraph.Opset }, new OperatorSetIdProto { Domain = XGBoostGraph.MlDomain, Version = XGBoostGraph.MlOpset } },
    };
}
