namespace InferenceServices.Explanations.Attribution;

/// <summary>What each player adds to a score.</summary>
/// <param name="BaseValue">The score when nobody plays.</param>
/// <param name="Values">By player.</param>
/// <param name="StandardErrors">By player; null: the values are exact, or too little was played to tell.</param>
/// <param name="Evaluations">Coalitions that were played.</param>
/// <param name="IsExact">Whether nothing was estimated.</param>
/// <param name="IsComplete">False: the time was up before all coalitions were played that were asked for.</param>
public sealed record AttributionResult(
    double BaseValue, double[] Values, double[]? StandardErrors, int Evaluations, bool IsExact, bool IsComplete);
