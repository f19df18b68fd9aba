namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>A branch above tables. It derives two satisfied sets from set <paramref name="Path"/> and appends them.</summary>
/// <param name="Path">Index of the set; 0: the set of all positions, at the roots.</param>
/// <param name="Split">Index of the split.</param>
/// <param name="Position">Position of the feature on the path.</param>
internal readonly record struct PathBranch(int Path, int Split, int Position);
