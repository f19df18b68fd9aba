namespace InferenceServices.Wikitext.Differences;

/// <summary>Kinds of diff operations.</summary>
public enum DiffOperationKind
{
    /// <summary>Tokens of both texts, possibly moved.</summary>
    Equal,

    /// <summary>Tokens of the revision only.</summary>
    Insert,

    /// <summary>Tokens of the parent only.</summary>
    Delete,
}
