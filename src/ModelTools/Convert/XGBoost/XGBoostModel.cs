namespace InferenceServices.ModelTools.Convert.XGBoost;

/// <summary>A model of trees.</summary>
/// <param name="Objective">What becomes of the sums.</param>
/// <param name="Outputs">How many sums there are: classes, or 1.</param>
/// <param name="FeatureCount">1 or more.</param>
/// <param name="FeatureNames">As many, or none.</param>
/// <param name="Trees">In the order of their sum, which begins with 0: the base score is in the leaves.</param>
internal sealed record XGBoostModel(
    XGBoostObjective Objective, int Outputs, int FeatureCount, IReadOnlyList<string> FeatureNames, IReadOnlyList<XGBoostTree> Trees)
{
    /// <summary>How many classes it tells apart; 0 for one that gives values.</summary>
    public int Classes => Objective switch
    {
        XGBoostObjective.Binary => 2,
        XGBoostObjective.Multiclass => Outputs,
        _ => 0,
    };
}
