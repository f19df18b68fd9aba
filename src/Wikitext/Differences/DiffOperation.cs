namespace InferenceServices.Wikitext.Differences;

/// <summary>A diff operation on token ranges of parent and revision. Ends are exclusive.</summary>
public readonly record struct DiffOperation(DiffOperationKind Kind, int ParentStart, int ParentEnd, int RevisionStart, int RevisionEnd);
