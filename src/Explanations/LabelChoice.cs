using InferenceServices.Contracts.Errors;

namespace InferenceServices.Explanations;

/// <summary>Which score is explained.</summary>
internal static class LabelChoice
{
    /// <param name="wanted">By the request; null: no one.</param>
    /// <param name="labels">Of the scores; null: there is one score without a label.</param>
    /// <param name="otherwise">The place where the request does not say.</param>
    /// <returns>The score's place.</returns>
    /// <exception cref="InvalidInputException">No score has the label: 400.</exception>
    public static int Of(string? wanted, IReadOnlyList<string>? labels, int otherwise)
    {
        if (wanted is null) return otherwise;
        const int MostNamed = 20;
        for (var place = 0; place < labels?.Count; place++)
            if (labels[place] == wanted) return place;
        throw new InvalidInputException(labels is null
            ? "explain.label should be absent: the model has one score, and no label for it."
            : $"explain.label should be one of {string.Join(", ", labels.Take(MostNamed))}{(labels.Count > MostNamed ? ", …" : "")}, got \"{wanted}\".");
    }
}
