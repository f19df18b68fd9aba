namespace InferenceServices.ModelTools.Convert.XGBoost;

/// <summary>A tree ensemble.</summary>
/// <param name="Objective">Transformation of the sums.</param>
/// <param name="Outputs">Number of sums: the number of classes, or 1.</param>
/// <param name="FeatureCount">Number of features, at least 1.</param>
/// <param name="FeatureNames">Feature names; may be empty.</param>
/// <param name="Trees">Trees in summation order. Sums start with 0: the leaves include the base score.</param>
internal sealed record XGBoostModel(
    XGBoostObjective Objective, int Outputs, int FeatureCount, IReadOnlyList<string> FeatureNames, IReadOnlyList<XGBoostTree> Trees)
{
    /// <summary>Gets the number of classes; 0 for regression.</summary>
    public int Classes => Objective switch
    {
        XGBoostObjective.Binary => 2,
        XGBoostObjective.Multiclass => Outputs,
        _ => 0,
    };
}
