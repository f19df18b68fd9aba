using InferenceServices.OresLegacy.Scores;

namespace InferenceServices.OresLegacy.LiftWing;

/// <summary>Result of a call.</summary>
/// <param name="Slot">The score or the error.</param>
/// <param name="Outcome">How the call ended.</param>
internal sealed record CallResult(Slot Slot, CallOutcome Outcome)
{
    /// <summary>Creates the result of a call without a score.</summary>
    public static CallResult Failed(string message, string type, CallOutcome outcome) => new(Slot.Failed(message, type), outcome);
}
