namespace InferenceServices.Explanations.Attribution;

/// <summary>The attributions of a score to features.</summary>
/// <param name="BaseValue">Expected score without any known feature.</param>
/// <param name="Values">Attributions, by feature.</param>
/// <param name="StandardErrors">Standard errors, by feature; null when the values are exact or there are too few samples for an error estimate.</param>
/// <param name="Evaluations">Number of evaluated coalitions.</param>
/// <param name="IsExact">Whether the values are exact, not estimated.</param>
/// <param name="IsComplete">Whether all requested coalitions were evaluated before the deadline.</param>
public sealed record AttributionResult(
    double BaseValue, double[] Values, double[]? StandardErrors, int Evaluations, bool IsExact, bool IsComplete);
