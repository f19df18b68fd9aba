using InferenceServices.Wikitext.Characters;

namespace InferenceServices.RevisionFeatures.Sources;

/// <summary>Change of match counts of a list of expressions.</summary>
internal static class MatchDelta
{
    public static CountDelta Between(IReadOnlyList<string> parent, IReadOnlyList<string> revision)
    {
        if (parent.Count == 0 && revision.Count == 0) return default;
        var table = new CountTable();
        foreach (var match in revision) table.Add(PythonCase.FrequencyLower(match), 0, 1);
        foreach (var match in parent) table.Add(PythonCase.FrequencyLower(match), 1, 0);
        return table.Delta();
    }
}
