namespace InferenceServices.ModelTools.Convert.XGBoost;

/// <summary>What becomes of the sums of a model's trees.</summary>
internal enum XGBoostObjective
{
    /// <summary>Probabilities of two classes, by the logistic function.</summary>
    Binary,

    /// <summary>Probabilities of several classes, by softmax.</summary>
    Multiclass,

    /// <summary>A value as it is.</summary>
    Identity,

    /// <summary>A value between 0 and 1, by the logistic function.</summary>
    Logistic,

    /// <summary>A value above 0, by the exponential function.</summary>
    Exponential,
}
