using System.Runtime.InteropServices;

namespace InferenceServices.Wikitext.Parsing;

/// <summary>Nodes of a text, ordered by start; nested nodes follow their parent.</summary>
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

    /// <summary>Returns the number of nodes of a kind, at any depth.</summary>
    public int CountOf(WikitextNodeKind kind) => _counts[(int)kind];

    /// <summary>Returns the nodes of a kind, at any depth.</summary>
    public IEnumerable<WikitextNode> Of(WikitextNodeKind kind)
    {
        foreach (var node in _nodes)
        {
            if (node.Kind == kind) yield return new WikitextNode(_text, node);
        }
    }

    /// <summary>Returns the approximate visible text: without markup and templates, links replaced by their texts.</summary>
    /// <remarks>Same result as <c>strip_code()</c> of mwparserfromhell.</remarks>
    public string StripCode() => _visible.Value;
}
