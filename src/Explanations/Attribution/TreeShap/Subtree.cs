namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>A node with its path, used to lay out tables. The contribution of its leaves depends on the state: the satisfied positions of the path and the outcomes of the splits below.</summary>
/// <param name="path">Path to the node.</param>
internal sealed class Subtree(TreePath path)
{
    public TreePath Path { get; } = path;

    /// <summary>Child of a branch; null for a leaf.</summary>
    public Subtree? WhenTrue { get; init; }

    /// <summary>Child of a branch; null for a leaf.</summary>
    public Subtree? WhenFalse { get; init; }

    /// <summary>Whether one table contains all leaves.</summary>
    public bool IsTable { get; init; }

    /// <summary>Whether a table contains any of the leaves.</summary>
    public bool HasTables { get; init; }

    /// <summary>The leaves of a table.</summary>
    public LeafPath[] Leaves { get; init; } = [];

    /// <summary>The distinct splits of a table below the node.</summary>
    public int[] Splits { get; init; } = [];

    /// <summary>The targets of a table's leaves: output times number of features plus feature.</summary>
    public int[] Targets { get; init; } = [];

    /// <summary>Size of separate tables for each leaf.</summary>
    public long LeavesSize { get; init; }

    public int States => 1 << (Path.Features.Length + Splits.Length);

    public long Size => (long)States * Targets.Length;
}
