using InferenceServices.Wikitext.Tokens;

namespace InferenceServices.Wikitext.Differences;

/// <summary>Computes the token diff of an edit. A paragraph or sentence in both texts is neither inserted nor deleted, even if it moved.</summary>
/// <remarks>Same result as <c>segment_matcher</c> of deltas 0.7.0, based on Python's <c>difflib</c>.</remarks>
public static class WikitextDiff
{
    /// <param name="parent">Text before the edit.</param>
    /// <param name="revision">Text after the edit.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    /// <returns>Operations in the order of difflib; consecutive operations may have the same kind.</returns>
    public static IReadOnlyList<DiffOperation> Between(TokenizedText parent, TokenizedText revision, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentNullException.ThrowIfNull(revision);
        var items = new DiffItems(parent, revision);
        var operations = new List<DiffOperation>();
        var (parentPosition, revisionPosition) = (0, 0);
        foreach (var block in new SequenceMatcher(items.Parent, items.Revision, cancellationToken).MatchingGaps())
        {
            Delete(items, block, operations, ref parentPosition, revisionPosition);
            Insert(items, block, operations, parentPosition, ref revisionPosition);
            var length = 0;
            for (var i = 0; i < block.EqualLength; i++) length += items.TokensOfRevision(block.RevisionEnd + i);
            if (length == 0) continue;
            operations.Add(new DiffOperation(DiffOperationKind.Equal, parentPosition, parentPosition + length, revisionPosition, revisionPosition + length));
            parentPosition += length;
            revisionPosition += length;
        }
        return operations;
    }

    // Moved segments are not deleted.
    private static void Delete(DiffItems items, SequenceGap gap, List<DiffOperation> operations, ref int parentPosition, int revisionPosition)
    {
        var start = parentPosition;
        for (var i = gap.ParentStart; i < gap.ParentEnd; i++)
        {
            var isSegment = items.IsSegmentOfParent(i);
            if (isSegment && start < parentPosition) operations.Add(new DiffOperation(DiffOperationKind.Delete, start, parentPosition, revisionPosition, revisionPosition));
            parentPosition += items.TokensOfParent(i);
            if (isSegment) start = parentPosition;
        }
        if (start < parentPosition) operations.Add(new DiffOperation(DiffOperationKind.Delete, start, parentPosition, revisionPosition, revisionPosition));
    }

    // Moved or copied segments are not inserted; they refer to their first occurrence.
    private static void Insert(DiffItems items, SequenceGap gap, List<DiffOperation> operations, int parentPosition, ref int revisionPosition)
    {
        var start = revisionPosition;
        for (var i = gap.RevisionStart; i < gap.RevisionEnd; i++)
        {
            var length = items.TokensOfRevision(i);
            if (!items.IsSegmentOfRevision(i))
            {
                revisionPosition += length;
                continue;
            }
            if (start < revisionPosition) operations.Add(new DiffOperation(DiffOperationKind.Insert, parentPosition, parentPosition, start, revisionPosition));
            var partner = items.PartnerOf(i);
            operations.Add(new DiffOperation(DiffOperationKind.Equal, partner.Start, partner.End, revisionPosition, revisionPosition + length));
            revisionPosition += length;
            start = revisionPosition;
        }
        if (start < revisionPosition) operations.Add(new DiffOperation(DiffOperationKind.Insert, parentPosition, parentPosition, start, revisionPosition));
    }
}
