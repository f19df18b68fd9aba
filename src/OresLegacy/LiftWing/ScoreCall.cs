namespace InferenceServices.OresLegacy.LiftWing;

/// <summary>One call of a revscoring service. Equal calls at the same time are one call.</summary>
/// <param name="Wiki">Database name of the wiki.</param>
/// <param name="Model">Model as Lift Wing calls it.</param>
/// <param name="RevisionId">Revision id; any number.</param>
/// <param name="ShowsFeatures">Whether the answer has feature values.</param>
internal readonly record struct ScoreCall(string Wiki, string Model, long RevisionId, bool ShowsFeatures)
{
    /// <summary>Gets the name of the service, such as <c>enwiki-damaging</c>.</summary>
    public string Service => $"{Wiki}-{Model}";
}
