namespace InferenceServices.OresLegacy.Scores;

/// <summary>The slots of a request.</summary>
/// <param name="Wiki">Database name of the wiki.</param>
/// <param name="Entries">Slots by revision id and model in the order of the request, revision by revision.</param>
internal sealed record ScoreSet(string Wiki, IReadOnlyList<(long RevisionId, string Model, Slot Slot)> Entries);
