namespace InferenceServices.ModelTools.Convert.XGBoost;

/// <summary>Transformation of the sums of the trees.</summary>
internal enum XGBoostObjective
{
    /// <summary>Two classes; logistic function.</summary>
    Binary,

    /// <summary>Several classes; softmax.</summary>
    Multiclass,

    /// <summary>A value without transformation.</summary>
    Identity,

    /// <summary>A value between 0 and 1; logistic function.</summary>
    Logistic,

    /// <summary>A value above 0; exponential function.</summary>
    Exponential,
}
