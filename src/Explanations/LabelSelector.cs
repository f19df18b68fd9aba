using InferenceServices.Contracts.Errors;

namespace InferenceServices.Explanations;

/// <summary>Selects the score that is explained.</summary>
internal static class LabelSelector
{
    /// <summary>Finds the score of a label.</summary>
    /// <param name="label">Label in the request; null: not specified.</param>
    /// <param name="labels">Labels of the scores; null when there is one score without a label.</param>
    /// <param name="defaultIndex">Index to use when the request specifies no label.</param>
    /// <returns>Index of the score.</returns>
    /// <exception cref="InvalidInputException">No score has the label: 400.</exception>
    public static int Of(string? label, IReadOnlyList<string>? labels, int defaultIndex)
    {
        if (label is null) return defaultIndex;
        const int MaxNamed = 20;
        for (var index = 0; index < labels?.Count; index++)
            if (labels[index] == label) return index;
        throw new InvalidInputException(labels is null
            ? "explain.label should be absent: the model has one score without a label."
            : $"explain.label should be one of {string.Join(", ", labels.Take(MaxNamed))}{(labels.Count > MaxNamed ? ", …" : "")}, got \"{label}\".");
    }
}
