using System.Runtime.InteropServices;

namespace InferenceServices.Wikitext.Parsing;

/// <summary>What is in a text, in the order in which it begins; what is within something comes after it.</summary>
public sealed class WikitextDocument
{
    private readonly string _text;
    private readonly List<NodeRange> _nodes;
    private readonly int[] _counts = new int[Enum.GetValues<WikitextNodeKind>().Length];
    private readonly Lazy<string> _visible;

    internal WikitextDocument(string text, List<Event> events)
    {
        _text = text;
        _nodes = NodeRanges.Of(events);
        foreach (ref readonly var node in CollectionsMarshal.AsSpan(_nodes)) _counts[(int)node.Kind]++;
        _visible = new(() => new VisibleText(text, events, _nodes).Read());
    }

    /// <summary>How many of a kind there are, at any depth.</summary>
    public int CountOf(WikitextNodeKind kind) => _counts[(int)kind];

    /// <summary>Those of a kind, at any depth.</summary>
    public IEnumerable<WikitextNode> Of(WikitextNodeKind kind)
    {
        foreach (var node in _nodes)
        {
            if (node.Kind == kind) yield return new WikitextNode(_text, node);
        }
    }

    /// <summary>What a reader would see, about: no markup, no templates, links by their texts.</summary>
    /// <remarks>mwparserfromhell's <c>strip_code()</c>.</remarks>
    public string StripCode() => _visible.Value;
}
