namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>Builds the tables of an ensemble. Leaves with too many features for a table remain outside.</summary>
internal sealed class CoalitionTablesBuilder
{
    /// <summary>32 MiB of tables, about the size of a server's last-level cache. A model of 700 trees of depth 5 takes 6 MiB.</summary>
    private const long MaxValues = 4 << 20;

    /// <summary>Tables grow exponentially with the number of features; the cost of a leaf without a table grows quadratically.</summary>
    private const int MaxTableFeatures = 12;

    private readonly TreeEnsemble _ensemble;
    private readonly LeafPath[] _leaves;
    private readonly int _tableFeatures;
    private readonly List<LeafPath> _remaining = [];
    private readonly List<PathBranch> _branches = [];
    private readonly List<(Subtree Subtree, int Path)> _tables = [];
    private int _nextLeaf;

    /// <param name="ensemble">The trees.</param>
    /// <param name="leaves">All leaves, in tree order.</param>
    public CoalitionTablesBuilder(TreeEnsemble ensemble, LeafPath[] leaves)
    {
        _ensemble = ensemble;
        _leaves = leaves;
        _tableFeatures = TableFeatures(leaves);
    }

    /// <summary>Builds the tables.</summary>
    /// <returns>The tables, and the leaves outside of tables.</returns>
    public (CoalitionTables Tables, LeafPath[] Remaining) Build()
    {
        foreach (var tree in _ensemble.Trees) Emit(Plan(tree, TreePath.Root), path: 0);
        // Tables are ordered by number of targets, which makes the length of the loop over targets predictable.
        var ordered = _tables.OrderBy(table => table.Subtree.Targets.Length).ToArray();
        var values = new double[ordered.Sum(table => table.Subtree.Size)];
        var tables = new CoalitionTable[ordered.Length];
        var targets = new List<int>();
        var next = 0;
        for (var index = 0; index < tables.Length; index++)
        {
            var (subtree, path) = ordered[index];
            var size = (int)subtree.Size;
            Fill(subtree, values.AsSpan(next, size));
            tables[index] = Describe(subtree, path, next, targets.Count);
            targets.AddRange(subtree.Targets);
            next += size;
        }
        return (new CoalitionTables([.. _branches], tables, [.. targets], values), [.. _remaining]);
    }

    // The maximum number of features for which the tables of all leaves with up to that number fit.
    private static int TableFeatures(LeafPath[] leaves)
    {
        var sizes = new long[MaxTableFeatures + 1];
        foreach (var leaf in leaves)
            if (leaf.Path.Features.Length is <= MaxTableFeatures and var features) sizes[features] += (long)features * leaf.Weights.Length << features;
        var (count, total) = (0, 0L);
        while (count < MaxTableFeatures && (total += sizes[count + 1]) <= MaxValues) count++;
        return count;
    }

    private Subtree Plan(TreeNode node, TreePath path)
    {
        if (node is not TreeBranch branch) return PlanLeaf(_leaves[_nextLeaf++]);
        var feature = _ensemble.Splits[branch.Split].Feature;
        var whenTrue = Plan(branch.WhenTrue, path.Extend(branch, feature, whenTrue: true));
        var whenFalse = Plan(branch.WhenFalse, path.Extend(branch, feature, whenTrue: false));
        if (whenTrue.IsTable && whenFalse.IsTable)
        {
            var merged = new Subtree(path)
            {
                IsTable = true,
                HasTables = whenTrue.HasTables || whenFalse.HasTables,
                Leaves = [.. whenTrue.Leaves, .. whenFalse.Leaves],
                Splits = [.. whenTrue.Splits.Union(whenFalse.Splits).Union([branch.Split])],
                Targets = [.. whenTrue.Targets.Union(whenFalse.Targets)],
                LeavesSize = whenTrue.LeavesSize + whenFalse.LeavesSize,
            };
            if (merged.Splits.Length <= CoalitionTable.MaxSplits && merged.Size <= merged.LeavesSize) return merged;
        }
        return new Subtree(path) { WhenTrue = whenTrue, WhenFalse = whenFalse, HasTables = whenTrue.HasTables || whenFalse.HasTables };
    }

    private Subtree PlanLeaf(LeafPath leaf)
    {
        if (leaf.Path.Features.Length > _tableFeatures)
        {
            _remaining.Add(leaf);
            return new Subtree(leaf.Path);
        }
        var targets = new List<int>();
        foreach (var weight in leaf.Weights)
            foreach (var feature in leaf.Path.Features) targets.Add(weight.Output * _ensemble.FeatureCount + feature);
        return new Subtree(leaf.Path)
        {
            IsTable = true,
            HasTables = targets.Count > 0,
            Leaves = [leaf],
            Targets = [.. targets.Distinct()],
            LeavesSize = (long)targets.Count << leaf.Path.Features.Length,
        };
    }

    private void Emit(Subtree subtree, int path)
    {
        if (!subtree.HasTables) return;
        if (subtree is { IsTable: false, WhenTrue: { } whenTrue, WhenFalse: { } whenFalse })
        {
            var condition = whenTrue.Path.Conditions[^1];
            _branches.Add(new PathBranch(path, condition.Split, condition.Position));
            var satisfied = 2 * _branches.Count;
            Emit(whenTrue, satisfied - 1);
            Emit(whenFalse, satisfied);
            return;
        }
        _tables.Add((subtree, path));
    }

    private CoalitionTable Describe(Subtree subtree, int path, int values, int targets)
    {
        var unused = _ensemble.Splits.Length;
        var places = subtree.Path.Features.Length;
        return new CoalitionTable(
            path, (1 << places) - 1, Split(0), Split(1), Split(2), places, values, targets, subtree.Targets.Length);

        int Split(int index) => index < subtree.Splits.Length ? subtree.Splits[index] : unused;
    }

    private void Fill(Subtree subtree, Span<double> values)
    {
        foreach (var leaf in subtree.Leaves)
        {
            var features = leaf.Path.Features;
            var attributions = Attributions(leaf);
            foreach (var weight in leaf.Weights)
            {
                int[] targets = [.. features];
                for (var place = 0; place < targets.Length; place++) targets[place] = subtree.Targets.IndexOf(weight.Output * _ensemble.FeatureCount + features[place]);
                for (var state = 0; state < subtree.States; state++)
                {
                    var from = attributions.AsSpan((int)Satisfied(subtree, leaf.Path, state) * features.Length, features.Length);
                    var to = values.Slice(state * subtree.Targets.Length, subtree.Targets.Length);
                    for (var place = 0; place < from.Length; place++) to[targets[place]] += weight.Value * from[place];
                }
            }
        }
    }

    // Attributions of a leaf, by satisfied set: [set][position].
    private static double[] Attributions(LeafPath leaf)
    {
        var places = leaf.Path.Features.Length;
        var attributions = new double[places << places];
        for (var satisfied = 0; satisfied < 1 << places; satisfied++) leaf.Attributor.Attribute((ulong)satisfied, attributions.AsSpan(satisfied * places, places));
        return attributions;
    }

    // The positions on a leaf's path that are satisfied in a state of a subtree.
    private static ulong Satisfied(Subtree subtree, TreePath leaf, int state)
    {
        var places = subtree.Path.Features.Length;
        var satisfied = leaf.AllPositions & ((uint)state | ulong.MaxValue << places);
        foreach (var condition in leaf.Conditions[subtree.Path.Conditions.Length..])
        {
            var outcome = state >> (places + subtree.Splits.IndexOf(condition.Split)) & 1;
            satisfied &= ~((ulong)(outcome ^ condition.Outcome) << condition.Position);
        }
        return satisfied;
    }
}
