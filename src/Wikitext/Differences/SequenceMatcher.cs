namespace InferenceServices.Wikitext.Differences;

/// <summary>Finds equal ranges of two sequences: the longest common run, then recursively to its left and right.</summary>
/// <remarks>Same result as Python's <c>difflib.SequenceMatcher</c> with <c>autojunk</c>: in long sequences a run does not start at a frequent item.</remarks>
internal sealed class SequenceMatcher
{
    private const int LongSequence = 200;
    private const int ItemsPerPoll = 256;

    private readonly int[] _parent;
    private readonly int[] _revision;
    private readonly CancellationToken _cancellationToken;

    // Positions of each item in the revision: _places[_firstPlace[item].._firstPlace[item + 1]], ascending.
    private readonly int[] _firstPlace;
    private readonly int[] _places;

    // Length of the run that ends at a position, shifted by one, for the current and the previous item of the parent.
    private int[] _runs;
    private int[] _lastRuns;
    private int _steps;

    /// <param name="parent">Items, numbered from 0.</param>
    /// <param name="revision">Items; equal items have equal numbers.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    public SequenceMatcher(int[] parent, int[] revision, CancellationToken cancellationToken)
    {
        (_parent, _revision, _cancellationToken) = (parent, revision, cancellationToken);
        var items = Math.Max(Largest(parent), Largest(revision)) + 1;
        _firstPlace = new int[items + 1];
        _places = new int[revision.Length];
        IndexRevision();
        _runs = new int[revision.Length + 1];
        _lastRuns = new int[revision.Length + 1];
    }

    /// <summary>Returns the gaps in order; the last gap is followed by no equal range.</summary>
    public IEnumerable<SequenceGap> MatchingGaps()
    {
        var (parent, revision) = (0, 0);
        foreach (var block in MatchingBlocks())
        {
            if (block.Parent == parent && block.Revision == revision && block.Length == 0) continue;
            yield return new SequenceGap(parent, block.Parent, revision, block.Revision, block.Length);
            (parent, revision) = (block.Parent + block.Length, block.Revision + block.Length);
        }
    }

    // Merges blocks that are adjacent in both sequences.
    private List<Block> MatchingBlocks()
    {
        var blocks = new List<Block>();
        var ranges = new Stack<(int ParentStart, int ParentEnd, int RevisionStart, int RevisionEnd)>();
        ranges.Push((0, _parent.Length, 0, _revision.Length));
        while (ranges.TryPop(out var range))
        {
            var found = FindLongest(range.ParentStart, range.ParentEnd, range.RevisionStart, range.RevisionEnd);
            if (found.Length == 0) continue;
            blocks.Add(found);
            if (range.ParentStart < found.Parent && range.RevisionStart < found.Revision)
                ranges.Push((range.ParentStart, found.Parent, range.RevisionStart, found.Revision));
            if (found.Parent + found.Length < range.ParentEnd && found.Revision + found.Length < range.RevisionEnd)
                ranges.Push((found.Parent + found.Length, range.ParentEnd, found.Revision + found.Length, range.RevisionEnd));
        }
        blocks.Sort(static (left, right) => left.Parent.CompareTo(right.Parent));
        var merged = new List<Block>(blocks.Count + 1);
        foreach (var block in blocks)
        {
            if (merged.Count > 0 && merged[^1] is var last && last.Parent + last.Length == block.Parent && last.Revision + last.Length == block.Revision)
                merged[^1] = last with { Length = last.Length + block.Length };
            else merged.Add(block);
        }
        merged.Add(new Block(_parent.Length, _revision.Length, 0));
        return merged;
    }

    // A run ends at a frequent item: ranges between two such items that are not longer than the best run are skipped.
    private Block FindLongest(int parentStart, int parentEnd, int revisionStart, int revisionEnd)
    {
        var best = new Block(parentStart, revisionStart, 0);
        for (var start = parentStart; start < parentEnd;)
        {
            Poll();
            var end = start;
            while (end < parentEnd && MayBegin(_parent[end])) end++;
            if (end - start > best.Length) best = FindLongest(best, start, end, revisionStart, revisionEnd);
            start = end + 1;
        }
        return Extend(best, parentStart, parentEnd, revisionStart, revisionEnd);
    }

    private Block FindLongest(Block best, int parentStart, int parentEnd, int revisionStart, int revisionEnd)
    {
        for (var i = parentStart; i < parentEnd; i++)
        {
            Poll();
            (_runs, _lastRuns) = (_lastRuns, _runs);
            if (i >= parentStart + 2) Forget(_runs, _parent[i - 2], revisionStart, revisionEnd);
            foreach (var place in PlacesOf(_parent[i], revisionStart, revisionEnd))
            {
                var run = _lastRuns[place] + 1;
                _runs[place + 1] = run;
                if (run > best.Length) best = new Block(i - run + 1, place - run + 1, run);
            }
        }
        Forget(_runs, _parent[parentEnd - 1], revisionStart, revisionEnd);
        if (parentEnd > parentStart + 1) Forget(_lastRuns, _parent[parentEnd - 2], revisionStart, revisionEnd);
        return best;
    }

    private void Poll()
    {
        if (++_steps % ItemsPerPoll == 0) _cancellationToken.ThrowIfCancellationRequested();
    }

    private bool MayBegin(int item) => _firstPlace[item] < _firstPlace[item + 1];

    // A frequent item cannot start a run, but can extend one.
    private Block Extend(Block block, int parentStart, int parentEnd, int revisionStart, int revisionEnd)
    {
        var (parent, revision, length) = (block.Parent, block.Revision, block.Length);
        while (parent > parentStart && revision > revisionStart && _parent[parent - 1] == _revision[revision - 1])
        {
            (parent, revision, length) = (parent - 1, revision - 1, length + 1);
        }
        while (parent + length < parentEnd && revision + length < revisionEnd && _parent[parent + length] == _revision[revision + length]) length++;
        return new Block(parent, revision, length);
    }

    private void Forget(int[] runs, int item, int start, int end)
    {
        foreach (var place in PlacesOf(item, start, end)) runs[place + 1] = 0;
    }

    private ReadOnlySpan<int> PlacesOf(int item, int start, int end)
    {
        var places = _places.AsSpan(_firstPlace[item].._firstPlace[item + 1]);
        if (places.IsEmpty || (places[0] >= start && places[^1] < end)) return places;
        return places[LowerBound(places, start)..LowerBound(places, end)];
    }

    private static int LowerBound(ReadOnlySpan<int> places, int value)
    {
        var found = places.BinarySearch(value);
        return found < 0 ? ~found : found;
    }

    private void IndexRevision()
    {
        var counts = new int[_firstPlace.Length];
        foreach (var item in _revision) counts[item]++;
        if (_revision.Length >= LongSequence)
        {
            var often = (_revision.Length / 100) + 1;
            for (var item = 0; item < counts.Length; item++)
            {
                if (counts[item] > often) counts[item] = 0;
            }
        }
        for (var item = 1; item < _firstPlace.Length; item++) _firstPlace[item] = _firstPlace[item - 1] + counts[item - 1];
        var next = _firstPlace.AsSpan(0, _firstPlace.Length - 1).ToArray();
        for (var place = 0; place < _revision.Length; place++)
        {
            var item = _revision[place];
            if (counts[item] > 0) _places[next[item]++] = place;
        }
    }

    private static int Largest(int[] items)
    {
        var largest = -1;
        foreach (var item in items) largest = Math.Max(largest, item);
        return largest;
    }

    private readonly record struct Block(int Parent, int Revision, int Length);
}
