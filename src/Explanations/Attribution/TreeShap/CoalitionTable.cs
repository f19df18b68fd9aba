namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>Where the attributions of a subtree are, by state.</summary>
/// <param name="Path">Which of the satisfied sets is its path's.</param>
/// <param name="Everything">The set of all places of its path.</param>
/// <param name="FirstSplit">Its place in the state is the first behind those of the path; a split that is not there always comes out 0.</param>
/// <param name="SecondSplit">Follows.</param>
/// <param name="ThirdSplit">Follows.</param>
/// <param name="FirstPlace">Of the splits in the state.</param>
/// <param name="Values">Where its values begin: [state][target].</param>
/// <param name="Targets">Where its targets begin.</param>
/// <param name="TargetCount">How many there are.</param>
internal readonly record struct CoalitionTable(
    int Path, int Everything, int FirstSplit, int SecondSplit, int ThirdSplit, int FirstPlace, int Values, int Targets, int TargetCount)
{
    /// <summary>So many splits are looked up for each table, whether it has them or not: a loop of varying length costs more.</summary>
    public const int MaxSplits = 3;
}
