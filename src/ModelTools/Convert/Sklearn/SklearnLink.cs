namespace InferenceServices.ModelTools.Convert.Sklearn;

/// <summary>Transformation of the sums of a model.</summary>
internal enum SklearnLink
{
    /// <summary>The sums are values or, of a classifier, probabilities.</summary>
    Identity,

    /// <summary>One sum: the log odds of the second class.</summary>
    Logistic,

    /// <summary>A sum for each class; softmax.</summary>
    Softmax,

    /// <summary>A sum for each class; logistic functions, divided by their sum.</summary>
    OneVersusRest,

    /// <summary>One sum; exponential function.</summary>
    Exponential,
}
