namespace InferenceServices.Wikitext.Differences;

/// <summary>A pair of unequal ranges of two sequences, and the length of the equal range after it.</summary>
internal readonly record struct SequenceGap(int ParentStart, int ParentEnd, int RevisionStart, int RevisionEnd, int EqualLength);
