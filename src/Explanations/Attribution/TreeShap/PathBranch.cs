namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>A branch above tables. What it makes of the satisfied set number <paramref name="Path"/> are two sets, which follow all sets before.</summary>
/// <param name="Path">Which set; 0: the set of everything, at the roots.</param>
/// <param name="Split">What it asks.</param>
/// <param name="Place">Of its feature on the path.</param>
internal readonly record struct PathBranch(int Path, int Split, int Place);
