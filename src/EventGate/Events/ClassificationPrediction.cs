namespace InferenceServices.EventGate.Events;

/// <summary>A prediction for a revision, as events contain it.</summary>
/// <param name="ModelName">Model name, such as <c>outlink-topic-model</c>.</param>
/// <param name="ModelVersion">Model version, such as <c>alloutlinks_202209</c>.</param>
/// <param name="Predictions">Predicted labels; booleans as <c>true</c> and <c>false</c>.</param>
/// <param name="Probabilities">Probabilities by label, 0 to 1, in output order; labels are distinct. NaN and infinity are omitted.</param>
public sealed record ClassificationPrediction(
    string ModelName, string ModelVersion, IReadOnlyList<string> Predictions, IReadOnlyList<KeyValuePair<string, double>> Probabilities);
