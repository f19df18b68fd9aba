namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>Location of the attributions of a subtree, by state.</summary>
/// <param name="Path">Index of the satisfied set of the subtree's path.</param>
/// <param name="AllPositions">Bit set of all positions of the path.</param>
/// <param name="FirstSplit">First split. Its bit in the state follows the bits of the path. An unused split has outcome 0.</param>
/// <param name="SecondSplit">Second split.</param>
/// <param name="ThirdSplit">Third split.</param>
/// <param name="FirstPosition">Index of the first split's bit in the state.</param>
/// <param name="Values">Start of the values: [state][target].</param>
/// <param name="Targets">Start of the targets.</param>
/// <param name="TargetCount">Number of targets.</param>
internal readonly record struct CoalitionTable(
    int Path, int AllPositions, int FirstSplit, int SecondSplit, int ThirdSplit, int FirstPosition, int Values, int Targets, int TargetCount)
{
    /// <summary>Number of splits that are looked up for each table, used or not: a loop of variable length is slower.</summary>
    public const int MaxSplits = 3;
}
