namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>A node with its path, while tables are laid out. What its leaves add depends on the state: which places of the path are satisfied, and how the splits below come out.</summary>
/// <param name="path">The way to the node.</param>
internal sealed class Subtree(TreePath path)
{
    public TreePath Path { get; } = path;

    /// <summary>A branch's; null: a leaf.</summary>
    public Subtree? WhenTrue { get; init; }

    /// <summary>A branch's; null: a leaf.</summary>
    public Subtree? WhenFalse { get; init; }

    /// <summary>Whether one table holds all leaves.</summary>
    public bool IsTable { get; init; }

    /// <summary>Whether any leaf is in a table.</summary>
    public bool HasTables { get; init; }

    /// <summary>A table's.</summary>
    public LeafGame[] Leaves { get; init; } = [];

    /// <summary>A table's: all different ones below the node.</summary>
    public int[] Splits { get; init; } = [];

    /// <summary>A table's: what its leaves attribute to, as output times features plus feature.</summary>
    public int[] Targets { get; init; } = [];

    /// <summary>What tables of the leaves, one each, would take.</summary>
    public long LeavesSize { get; init; }

    public int States => 1 << (Path.Features.Length + Splits.Length);

    public long Size => (long)States * Targets.Length;
}
