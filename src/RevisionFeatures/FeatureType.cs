namespace InferenceServices.RevisionFeatures;

/// <summary>Type of a feature value; the model input is always numeric.</summary>
public enum FeatureType
{
    /// <summary>Boolean; 1 or 0 in the model input.</summary>
    Bool,

    /// <summary>An integer.</summary>
    Int,

    /// <summary>A floating-point number.</summary>
    Float,
}
