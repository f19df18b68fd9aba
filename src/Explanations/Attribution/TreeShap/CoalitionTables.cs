namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>Precomputed attributions: the attributions of a subtree of up to eight leaves depend on a few bits, so a row only looks them up.</summary>
/// <remarks>Based on Yang 2021, "Fast TreeSHAP", version 2, which stores one table per leaf.</remarks>
internal sealed class CoalitionTables(PathBranch[] branches, CoalitionTable[] tables, int[] targets, double[] values)
{
    /// <summary>Number of satisfied sets that a row needs.</summary>
    public int SetCount => 1 + 2 * branches.Length;

    /// <summary>Adds the attributions of a row.</summary>
    /// <param name="outcomes">By split: 1 when true for the row, otherwise 0.</param>
    /// <param name="satisfied">Scratch space of length <see cref="SetCount"/>.</param>
    /// <param name="attributions">Attributions to add to: [output][feature].</param>
    public void Add(ReadOnlySpan<byte> outcomes, Span<uint> satisfied, Span<double> attributions)
    {
        satisfied[0] = uint.MaxValue;
        var next = 1;
        foreach (ref readonly var branch in branches.AsSpan())
        {
            var before = satisfied[branch.Path];
            var outcome = (uint)outcomes[branch.Split];
            satisfied[next] = before & ~((outcome ^ 1) << branch.Position);
            satisfied[next + 1] = before & ~(outcome << branch.Position);
            next += 2;
        }
        foreach (ref readonly var table in tables.AsSpan())
        {
            var splits = outcomes[table.FirstSplit] | outcomes[table.SecondSplit] << 1 | outcomes[table.ThirdSplit] << 2;
            var state = ((int)satisfied[table.Path] & table.AllPositions) | splits << table.FirstPosition;
            var found = values.AsSpan(table.Values + state * table.TargetCount, table.TargetCount);
            var to = targets.AsSpan(table.Targets, table.TargetCount);
            for (var index = 0; index < found.Length; index++) attributions[to[index]] += found[index];
        }
    }
}
