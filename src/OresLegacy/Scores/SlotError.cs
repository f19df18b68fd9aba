namespace InferenceServices.OresLegacy.Scores;

/// <summary>Error in place of a score.</summary>
/// <param name="Message">Message of the service, or the reason why there is no answer.</param>
/// <param name="Type">Reason phrase of the status, or a name such as <c>RevisionNotFound</c>.</param>
internal sealed record SlotError(string Message, string Type);
