using System.Globalization;
using System.Net;

namespace InferenceServices.Wikitext.Parsing;

/// <summary>Extracts the visible text.</summary>
internal sealed class VisibleText
{
    private readonly string _text;
    private readonly List<Event> _events;
    private readonly Dictionary<int, NodeRange> _nodes;

    // The output is never longer than the input.
    private readonly char[] _visible;
    private int _length;

    public VisibleText(string text, List<Event> events, List<NodeRange> nodes)
    {
        (_text, _events) = (text, events);
        _nodes = nodes.ToDictionary(node => node.OpenEvent);
        _visible = new char[text.Length];
    }

    public string Read()
    {
        Add(0, _events.Count);
        return new string(_visible, 0, _length);
    }

    private void Add(int from, int to)
    {
        var start = _length;
        for (var i = from; i < to; i++)
        {
            var found = _events[i];
            if (found.Kind == EventKind.Text) Append(_text.AsSpan(found.Start, found.End - found.Start));
            else if (_nodes.TryGetValue(i, out var node))
            {
                Add(node, found);
                i = node.CloseEvent;
            }
        }
        Tidy(start);
    }

    private void Add(NodeRange node, Event found)
    {
        switch (node.Kind)
        {
            case WikitextNodeKind.HtmlEntity:
                Append(CharacterOf(_text[found.Start..found.End]));
                break;
            case WikitextNodeKind.Heading or WikitextNodeKind.Wikilink:
                Add(Math.Max(node.InnerEvent, node.OpenEvent) + 1, node.CloseEvent);
                break;
            case WikitextNodeKind.ExternalLink when found.Kind == EventKind.BareLinkOpen:
                Add(node.OpenEvent + 1, node.CloseEvent);
                break;
            case WikitextNodeKind.ExternalLink or WikitextNodeKind.Argument when node.InnerEvent >= 0:
                Add(node.InnerEvent + 1, node.CloseEvent);
                break;
            case WikitextNodeKind.Tag when node.InnerEndEvent >= 0 && TagNames.IsVisible(new WikitextNode(_text, node).Name):
                Add(node.InnerEvent + 1, node.InnerEndEvent);
                break;
        }
    }

    private void Append(ReadOnlySpan<char> text)
    {
        text.CopyTo(_visible.AsSpan(_length));
        _length += text.Length;
    }

    // No line breaks at the start and end, and at most two in a row.
    private void Tidy(int start)
    {
        var (read, write, ends) = (start, start, 0);
        while (read < _length && _visible[read] == '\n') read++;
        for (; read < _length; read++)
        {
            ends = _visible[read] == '\n' ? ends + 1 : 0;
            if (ends <= 2) _visible[write++] = _visible[read];
        }
        while (write > start && _visible[write - 1] == '\n') write--;
        _length = write;
    }

    private static string CharacterOf(string entity)
    {
        if (entity[1] != '#') return WebUtility.HtmlDecode(entity);
        var isHexadecimal = entity[2] is 'x' or 'X';
        var digits = entity.AsSpan(isHexadecimal ? 3 : 2)[..^1];
        var codePoint = int.Parse(digits, isHexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture);
        return codePoint is >= 0xD800 and <= 0xDFFF ? ((char)codePoint).ToString() : char.ConvertFromUtf32(codePoint);
    }
}
