using System.Text.Json;

namespace InferenceServices.OresLegacy.Scores;

/// <summary>Result of one model for one revision: a score, or an error in its place.</summary>
/// <param name="Version">Version of the model that scored; null for an error.</param>
/// <param name="Score">Prediction and probabilities as answered; undefined for an error.</param>
/// <param name="Features">Feature values as answered; undefined without.</param>
/// <param name="Error">The error; null for a score.</param>
internal sealed record Slot(string? Version, JsonElement Score, JsonElement Features, SlotError? Error)
{
    /// <summary>Creates the slot of an error.</summary>
    public static Slot Failed(string message, string type) => new(null, default, default, new SlotError(message, type));
}
