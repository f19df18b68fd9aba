using System.Runtime.InteropServices;
using InferenceServices.Wikitext.Tokens;

namespace InferenceServices.Wikitext.Differences;

/// <summary>Items to compare: each paragraph or sentence of both texts is one item, each other token is one item. Items; equal items have equal numbers.</summary>
internal sealed class DiffItems
{
    private readonly Dictionary<Slice, int> _numbers = [];
    private readonly List<Segment> _partners = [];
    private readonly List<bool> _isMatched = [];
    private readonly List<Item> _parentItems = [];
    private readonly List<Item> _revisionItems = [];

    public DiffItems(TokenizedText parent, TokenizedText revision)
    {
        var parentSegments = Segments.Of(parent);
        var groups = GroupsOf(parent, parentSegments);
        AddRevision(revision, Segments.Of(revision), groups);
        AddParent(parent, parentSegments, groups);
        Parent = NumbersOf(parent, _parentItems);
        Revision = NumbersOf(revision, _revisionItems);
    }

    public int[] Parent { get; }

    public int[] Revision { get; }

    public bool IsSegmentOfParent(int item) => _parentItems[item].Group >= 0;

    public bool IsSegmentOfRevision(int item) => _revisionItems[item].Group >= 0;

    public int TokensOfParent(int item) => _parentItems[item].Length;

    public int TokensOfRevision(int item) => _revisionItems[item].Length;

    /// <summary>First segment of the parent that equals a segment of the revision.</summary>
    public Segment PartnerOf(int item) => _partners[_revisionItems[item].Group];

    // Groups by text; a paragraph and a sentence may be in one group. The partner is the first segment, a paragraph before its sentences.
    private Dictionary<Slice, int> GroupsOf(TokenizedText parent, Segments segments)
    {
        var groups = new Dictionary<Slice, int>(segments.Paragraphs.Count + segments.Sentences.Count);
        foreach (var segment in InOrder(segments))
        {
            ref var group = ref CollectionsMarshal.GetValueRefOrAddDefault(groups, Slice.Of(parent, segment), out var isKnown);
            if (isKnown) continue;
            group = _partners.Count;
            _partners.Add(segment);
            _isMatched.Add(false);
        }
        return groups;
    }

    private void AddRevision(TokenizedText revision, Segments segments, Dictionary<Slice, int> groups)
    {
        var position = 0;
        foreach (var segment in InOrder(segments))
        {
            // Inside a matched paragraph.
            if (segment.Start < position || !groups.TryGetValue(Slice.Of(revision, segment), out var group)) continue;
            AddTokens(_revisionItems, position, segment.Start);
            _revisionItems.Add(new Item(segment.Start, segment.End - segment.Start, group));
            _isMatched[group] = true;
            position = segment.End;
        }
        AddTokens(_revisionItems, position, revision.Count);
    }

    private void AddParent(TokenizedText parent, Segments segments, Dictionary<Slice, int> groups)
    {
        var position = 0;
        foreach (var segment in InOrder(segments))
        {
            if (segment.Start < position || groups[Slice.Of(parent, segment)] is var group && !_isMatched[group]) continue;
            AddTokens(_parentItems, position, segment.Start);
            _parentItems.Add(new Item(segment.Start, segment.End - segment.Start, group));
            position = segment.End;
        }
        AddTokens(_parentItems, position, parent.Count);
    }

    private static void AddTokens(List<Item> items, int start, int end)
    {
        for (var token = start; token < end; token++) items.Add(new Item(token, 1, Group: -1));
    }

    // Equal segments have the number of their group, above the numbers of tokens: a token never equals a segment.
    private int[] NumbersOf(TokenizedText text, List<Item> items)
    {
        var numbers = new int[items.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            var item = items[i];
            if (item.Group >= 0)
            {
                numbers[i] = item.Group;
                continue;
            }
            var token = text.Tokens[item.Start];
            ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, new Slice(text.Text, token.Start, token.Length), out var isKnown);
            if (!isKnown) number = _partners.Count + _numbers.Count - 1;
            numbers[i] = number;
        }
        return numbers;
    }

    // A paragraph precedes its sentences.
    private static IEnumerable<Segment> InOrder(Segments segments)
    {
        var sentence = 0;
        foreach (var paragraph in segments.Paragraphs)
        {
            yield return paragraph;
            for (; sentence < segments.Sentences.Count && segments.Sentences[sentence].Start < paragraph.End; sentence++) yield return segments.Sentences[sentence];
        }
    }

    private readonly record struct Item(int Start, int Length, int Group);
}
