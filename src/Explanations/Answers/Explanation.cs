using System.ComponentModel;

namespace InferenceServices.Explanations.Answers;

/// <summary>The explanation of a prediction: feature attributions of one score.</summary>
public sealed record Explanation
{
    /// <summary>The prediction of the model.</summary>
    public required Prediction Prediction { get; init; }

    /// <summary>The score that is explained.</summary>
    public required ExplainedScore Explained { get; init; }

    /// <summary>Attributions in descending order of absolute value.</summary>
    [Description("Contribution of each feature or part of the text to the base value, in descending order of absolute value.")]
    public required IReadOnlyList<FeatureAttribution> Attributions { get; init; }

    /// <summary>Sum of the attributions beyond top_k.</summary>
    [Description("Sum of the attributions beyond top_k; absent when all are listed.")]
    public double? Others { get; init; }

    /// <summary>A change that changes the prediction; null: not requested, or not found.</summary>
    public Counterfactual? Counterfactual { get; init; }

    /// <summary>Interactions of pairs of features in descending order of absolute value; null: not requested.</summary>
    [Description("Joint contribution of pairs of features beyond their separate contributions, in descending order of absolute value. Each feature's attribution includes half of it.")]
    public IReadOnlyList<Interaction>? Interactions { get; init; }

    /// <summary>The text that was explained; null for other input.</summary>
    [Description("The text that the model read.")]
    public string? Text { get; init; }

    /// <summary>Offset of the text in the text of the request, in code points.</summary>
    [Description("Offset of the text in the text of the request, in code points: the model may read only a part.")]
    public int? TextStart { get; init; }

    /// <summary>The method of the explanation.</summary>
    public required ExplanationMethod Method { get; init; }
}

/// <summary>The prediction of the model.</summary>
/// <param name="Label">The most likely label; null when the model has one score without a label.</param>
/// <param name="Score">Score of the label.</param>
public sealed record Prediction(string? Label, double Score);

/// <summary>The score that is explained: <paramref name="BaseValue"/> and all attributions sum to <paramref name="Value"/>, except with <c>leave_one_out</c>.</summary>
/// <param name="Label">Label of the score; null when the model has one score without a label.</param>
/// <param name="Scale"><c>score</c>: the output of the model; <c>log_odds</c>: its log odds; <c>margin</c>: the sum of the trees.</param>
/// <param name="BaseValue">Expected value without any known feature.</param>
/// <param name="Value">Value for this input.</param>
public sealed record ExplainedScore(string? Label, string Scale, double BaseValue, double Value);

/// <summary>The attribution of a feature or of a part of the text.</summary>
public sealed record FeatureAttribution
{
    /// <summary>The feature's name, or the part of the text.</summary>
    [Description("The feature's name, or the part of the text.")]
    public required string Feature { get; init; }

    /// <summary>The feature's value; null: missing, or a part of a text.</summary>
    [Description("The feature's value; absent when missing, and for a part of a text.")]
    public double? Value { get; init; }

    /// <summary>Unit of the value.</summary>
    public string? Unit { get; init; }

    /// <summary>Start of the part in the text of the request, in code points.</summary>
    [Description("Start of the part in the text, in code points.")]
    public int? Start { get; init; }

    /// <summary>End of the part, in code points; exclusive.</summary>
    [Description("End of the part in the text, in code points, exclusive.")]
    public int? End { get; init; }

    /// <summary>The attribution, on the scale of the explained score.</summary>
    public required double Attribution { get; init; }

    /// <summary>Standard error of the attribution; null when exact, or when there are too few samples.</summary>
    [Description("Standard error of the attribution; absent when exact, or when there are too few samples.")]
    public double? StandardError { get; init; }
}

/// <summary>The interaction of two features.</summary>
/// <param name="First">Name of the first feature.</param>
/// <param name="Second">Name of the second feature.</param>
/// <param name="Value">Joint contribution beyond the separate contributions; each feature's attribution includes half of it.</param>
public sealed record Interaction(string First, string Second, double Value);

/// <summary>The smallest change of one feature that was found to change the prediction. A smaller change may exist.</summary>
/// <param name="Feature">Name of the feature.</param>
/// <param name="Value">New value of the feature.</param>
/// <param name="Change">Difference to the original value.</param>
/// <param name="Prediction">Prediction for the new value.</param>
public sealed record Counterfactual(string Feature, double Value, double Change, Prediction Prediction);

/// <summary>The method of an explanation.</summary>
/// <param name="Name"><c>tree_shap</c>, <c>kernel_shap</c>, <c>permutation</c>, <c>leave_one_out</c>.</param>
/// <param name="IsExact">Whether the values are exact, not estimated.</param>
/// <param name="Complete">False when the deadline passed before all samples were evaluated.</param>
/// <param name="Evaluations">Number of coalitions, or versions of the text, that the model evaluated.</param>
/// <param name="Background">Replacement of unknown features: <c>training</c>, <c>request</c>, <c>server</c>, <c>zeros</c>, or <c>nothing</c> for a text.</param>
public sealed record ExplanationMethod(
    string Name, [property: System.Text.Json.Serialization.JsonPropertyName("exact")] bool IsExact, bool Complete, int Evaluations, string Background);
