namespace InferenceServices.ModelTools.Convert.Sklearn;

/// <summary>Operations on features. All are monotone: a larger value never becomes a smaller result.</summary>
internal enum PreprocessingKind
{
    Subtract,

    /// <summary>Division by a positive number.</summary>
    Divide,

    /// <summary>Multiplication with a positive number.</summary>
    Multiply,

    Add,

    AtLeast,

    AtMost,

    /// <summary>Replaces a missing value.</summary>
    Fill,
}
