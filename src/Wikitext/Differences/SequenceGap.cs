namespace InferenceServices.Wikitext.Differences;

/// <summary>What is only in the one and only in the other of two sequences, and how much that is equal follows.</summary>
internal readonly record struct SequenceGap(int ParentStart, int ParentEnd, int RevisionStart, int RevisionEnd, int EqualLength);
