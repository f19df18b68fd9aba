namespace InferenceServices.RevisionFeatures;

/// <summary>What a feature's value is; all of them are numbers to a model.</summary>
public enum FeatureType
{
    /// <summary>True or false; 1 or 0 to a model.</summary>
    Bool,

    /// <summary>A whole number.</summary>
    Int,

    /// <summary>A double.</summary>
    Float,
}
