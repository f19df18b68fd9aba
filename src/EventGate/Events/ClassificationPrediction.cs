namespace InferenceServices.EventGate.Events;

/// <summary>What a model says of a revision, as events have it.</summary>
/// <param name="ModelName">As <c>outlink-topic-model</c>.</param>
/// <param name="ModelVersion">As <c>alloutlinks_202209</c>.</param>
/// <param name="Predictions">The labels predicted; booleans as <c>true</c> and <c>false</c>.</param>
/// <param name="Probabilities">By label, 0 to 1, in the order to be written; each label once. What is no number is left out.</param>
public sealed record ClassificationPrediction(
    string ModelName, string ModelVersion, IReadOnlyList<string> Predictions, IReadOnlyList<KeyValuePair<string, double>> Probabilities);
