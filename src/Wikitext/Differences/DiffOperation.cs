namespace InferenceServices.Wikitext.Differences;

/// <summary>What became of tokens of the parent, or where tokens of the revision come from. Ends are behind the last.</summary>
public readonly record struct DiffOperation(DiffOperationKind Kind, int ParentStart, int ParentEnd, int RevisionStart, int RevisionEnd);
