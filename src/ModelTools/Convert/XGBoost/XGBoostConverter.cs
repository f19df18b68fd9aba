using Google.Protobuf;
using InferenceServices.Onnx;

namespace InferenceServices.ModelTools.Convert.XGBoost;

/// <summary>Writes an XGBoost model as a model directory: graph, feature names and class names.</summary>
internal static class XGBoostConverter
{
    public const string ModelFile = "model.onnx", LabelsFile = "labels.txt", FeaturesFile = "features.txt";

    /// <param name="path">XGBoost's JSON file.</param>
    /// <param name="labels">Class names; null for class numbers.</param>
    /// <param name="features">Feature names; null for the model's names, or f0, f1, ….</param>
    /// <param name="output">Output directory; replaces an earlier conversion.</param>
    /// <exception cref="ModelFileException">The model is not supported, or the number of names differs from the number of classes or features.</exception>
    public static void Convert(string path, IReadOnlyList<string>? labels, IReadOnlyList<string>? features, string output)
    {
        var model = XGBoostModelFile.Read(path);
        var labelNames = labels ?? [.. Enumerable.Range(0, model.Classes).Select(label => $"{label}")];
        if (labelNames.Count != model.Classes) throw new ModelFileException($"{path} has {model.Classes} classes, but --labels has {labelNames.Count} names.");
        var featureNames = features ?? (model.FeatureNames.Count > 0 ? model.FeatureNames : [.. Enumerable.Range(0, model.FeatureCount).Select(feature => $"f{feature}")]);
        if (featureNames.Count != model.FeatureCount) throw new ModelFileException($"{path} has {model.FeatureCount} features, but there are {featureNames.Count} feature names.");

        using var directory = new OutputDirectory(output, [ModelFile, LabelsFile, FeaturesFile]);
        using (var file = File.Create(Path.Combine(directory.Temporary, ModelFile))) Describe(model).WriteTo(file);
        if (labelNames.Count > 0) File.WriteAllLines(Path.Combine(directory.Temporary, LabelsFile), labelNames);
        File.WriteAllLines(Path.Combine(directory.Temporary, FeaturesFile), featureNames);
        directory.Complete();
    }

    private static ModelProto Describe(XGBoostModel model) => OnnxModel.Create(
        XGBoostGraph.Build(model),
        "An XGBoost model. features: one row per instance, in the order of features.txt, NaN for a missing value. "
            + (model.Classes > 0 ? "probabilities: one per class, in the order of labels.txt. label: index of the most likely class." : "value: the prediction."),
        new OperatorSetIdProto { Version = XGBoostGraph.Opset },
        new OperatorSetIdProto { Domain = XGBoostGraph.MlDomain, Version = XGBoostGraph.MlOpset });
}
