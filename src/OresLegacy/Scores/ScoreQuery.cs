namespace InferenceServices.OresLegacy.Scores;

/// <summary>A validated request for scores.</summary>
/// <param name="Wiki">Database name of the wiki.</param>
/// <param name="Models">Models in the order of the request, all of the table.</param>
/// <param name="RevisionIds">Revision ids in the order of the request; none: the request lists models.</param>
/// <param name="ShowsFeatures">Whether scores have feature values.</param>
internal sealed record ScoreQuery(string Wiki, IReadOnlyList<string> Models, IReadOnlyList<long> RevisionIds, bool ShowsFeatures);
