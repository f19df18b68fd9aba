namespace InferenceServices.Wikitext.Differences;

/// <summary>What became of tokens.</summary>
public enum DiffOperationKind
{
    /// <summary>They are in both, perhaps elsewhere.</summary>
    Equal,

    /// <summary>They are new.</summary>
    Insert,

    /// <summary>They are gone.</summary>
    Delete,
}
