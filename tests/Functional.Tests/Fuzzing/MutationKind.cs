namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>What can happen to a JSON value.</summary>
public enum MutationKind
{
    /// <summary>It goes, with its key.</summary>
    Delete,

    /// <summary>It comes twice, its key too.</summary>
    Duplicate,

    /// <summary>Another stands in its place.</summary>
    Replace,

    /// <summary>Another stands beside it under the same key, or as the next element.</summary>
    Add,

    /// <summary>It becomes the only element of an array.</summary>
    Nest,
}
