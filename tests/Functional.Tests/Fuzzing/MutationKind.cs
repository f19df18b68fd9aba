namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>Kinds of mutation of a JSON value.</summary>
public enum MutationKind
{
    /// <summary>Removes the value and its key.</summary>
    Delete,

    /// <summary>Duplicates the value and its key.</summary>
    Duplicate,

    /// <summary>Replaces the value.</summary>
    Replace,

    /// <summary>Inserts another value under the same key, or as the next element.</summary>
    Add,

    /// <summary>Wraps the value in an array.</summary>
    Nest,
}
