namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>Attributions worked out beforehand: what a subtree of up to eight leaves adds depends on a few bits, so a row only looks it up.</summary>
/// <remarks>Source of the idea: Yang 2021, "Fast TreeSHAP", version 2, which keeps a table for each leaf.</remarks>
internal sealed class CoalitionTables(PathBranch[] branches, CoalitionTable[] tables, int[] targets, double[] values)
{
    /// <summary>How many satisfied sets a row needs.</summary>
    public int SetCount => 1 + 2 * branches.Length;

    /// <param name="outcomes">By split: 1 where it is true of the row, else 0.</param>
    /// <param name="satisfied">Working space of <see cref="SetCount"/>.</param>
    /// <param name="attributions">Is added to: [output][feature].</param>
    public void Add(ReadOnlySpan<byte> outcomes, Span<uint> satisfied, Span<double> attributions)
    {
        satisfied[0] = uint.MaxValue;
        var next = 1;
        foreach (ref readonly var branch in branches.AsSpan())
        {
            var before = satisfied[branch.Path];
            var outcome = (uint)outcomes[branch.Split];
            satisfied[next] = before & ~((outcome ^ 1) << branch.Place);
            satisfied[next + 1] = before & ~(outcome << branch.Place);
            next += 2;
        }
        foreach (ref readonly var table in tables.AsSpan())
        {
            var splits = outcomes[table.FirstSplit] | outcomes[table.SecondSplit] << 1 | outcomes[table.ThirdSplit] << 2;
            var state = ((int)satisfied[table.Path] & table.Everything) | splits << table.FirstPlace;
            var found = values.AsSpan(table.Values + state * table.TargetCount, table.TargetCount);
            var to = targets.AsSpan(table.Targets, table.TargetCount);
            for (var index = 0; index < found.Length; index++) attributions[to[index]] += found[index];
        }
    }
}
