using System.ComponentModel;

namespace InferenceServices.Explanations.Answers;

/// <summary>Why a model answers one input as it does.</summary>
public sealed record Explanation
{
    /// <summary>What the model answers.</summary>
    public required Prediction Prediction { get; init; }

    /// <summary>What is explained.</summary>
    public required ExplainedScore Explained { get; init; }

    /// <summary>The parts' shares, the largest first, whatever their sign.</summary>
    [Description("What each feature or part of the text adds to the base value; the largest first, whatever their sign.")]
    public required IReadOnlyList<FeatureAttribution> Attributions { get; init; }

    /// <summary>What attributions that were not asked for add up to.</summary>
    [Description("What the attributions beyond top_k add up to; absent where all are told.")]
    public double? Others { get; init; }

    /// <summary>A change that flips the decision; null: none was looked for, or found.</summary>
    public Counterfactual? Counterfactual { get; init; }

    /// <summary>What pairs of features add together, the largest first; null: it was not asked for.</summary>
    [Description("What pairs of features add beyond what each adds alone, the largest first. Half of it is part of each one's attribution.")]
    public IReadOnlyList<Interaction>? Interactions { get; init; }

    /// <summary>The text that was explained; null: it was no text.</summary>
    [Description("The text the model read.")]
    public string? Text { get; init; }

    /// <summary>Where it begins in the text of the request, in code points.</summary>
    [Description("Where the text begins in the text of the request, in code points: the model may read only a part of it.")]
    public int? TextStart { get; init; }

    /// <summary>How the explanation came about.</summary>
    public required ExplanationMethod Method { get; init; }
}

/// <summary>The model's own answer.</summary>
/// <param name="Label">The likeliest; null: the model has one score and no label for it.</param>
/// <param name="Score">Its score.</param>
public sealed record Prediction(string? Label, double Score);

/// <summary>The number that is explained: <paramref name="BaseValue"/> and all attributions add up to <paramref name="Value"/>, except with <c>leave_one_out</c>.</summary>
/// <param name="Label">Whose score; null: the model has one score and no label for it.</param>
/// <param name="Scale"><c>score</c>: what the model gives; <c>log_odds</c>: its logarithmic odds; <c>margin</c>: the sum of its trees.</param>
/// <param name="BaseValue">What is expected when nothing is known of the input.</param>
/// <param name="Value">What comes of this input.</param>
public sealed record ExplainedScore(string? Label, string Scale, double BaseValue, double Value);

/// <summary>What one part adds.</summary>
public sealed record FeatureAttribution
{
    /// <summary>The feature's name, or the part of the text.</summary>
    [Description("The feature's name, or the part of the text.")]
    public required string Feature { get; init; }

    /// <summary>The feature's value; null: missing, or a part of a text.</summary>
    [Description("The feature's value; absent where it is missing, and for a part of a text.")]
    public double? Value { get; init; }

    /// <summary>What the value counts or measures.</summary>
    public string? Unit { get; init; }

    /// <summary>Where the part begins in the text of the request, in code points.</summary>
    [Description("Where the part begins in the text, in code points.")]
    public int? Start { get; init; }

    /// <summary>Where it ends, in code points; exclusive.</summary>
    [Description("Where the part ends in the text, in code points, exclusive.")]
    public int? End { get; init; }

    /// <summary>What it adds, on the scale that is explained.</summary>
    public required double Attribution { get; init; }

    /// <summary>Of the attribution; null: it is exact, or too little was tried to tell.</summary>
    [Description("Standard error of the attribution; absent where it is exact, or too little was tried to tell.")]
    public double? StandardError { get; init; }
}

/// <summary>What two features add together.</summary>
/// <param name="First">The name of one.</param>
/// <param name="Second">The name of the other.</param>
/// <param name="Value">What both together add beyond what each adds alone; half of it is part of each one's attribution.</param>
public sealed record Interaction(string First, string Second, double Value);

/// <summary>The smallest change of one feature found that changes the prediction. There may be a smaller one.</summary>
/// <param name="Feature">The feature's name.</param>
/// <param name="Value">What it would have to be.</param>
/// <param name="Change">By how much that is more.</param>
/// <param name="Prediction">What the model would answer then.</param>
public sealed record Counterfactual(string Feature, double Value, double Change, Prediction Prediction);

/// <summary>How an explanation came about.</summary>
/// <param name="Name"><c>tree_shap</c>, <c>kernel_shap</c>, <c>permutation</c>, <c>leave_one_out</c>.</param>
/// <param name="IsExact">Whether nothing was estimated.</param>
/// <param name="Complete">False: the time was up before all was tried that was asked for.</param>
/// <param name="Evaluations">Coalitions, or versions of the text, that the model was asked about.</param>
/// <param name="Background">What stands for a feature that is left out: <c>training</c>, <c>request</c>, <c>server</c>, <c>zeros</c>, or <c>nothing</c> for a text.</param>
public sealed record ExplanationMethod(
    string Name, [property: System.Text.Json.Serialization.JsonPropertyName("exact")] bool IsExact, bool Complete, int Evaluations, string Background);
