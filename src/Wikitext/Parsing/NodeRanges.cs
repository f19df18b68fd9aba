using System.Runtime.InteropServices;

namespace InferenceServices.Wikitext.Parsing;

/// <summary>Builds nodes from events.</summary>
internal static class NodeRanges
{
    public static List<NodeRange> Of(List<Event> events)
    {
        var nodes = new List<NodeRange>(events.Count / 4);
        var open = new Stack<int>();
        for (var i = 0; i < events.Count; i++)
        {
            var found = events[i];
            switch (found.Kind)
            {
                case EventKind.Text:
                    break;
                case EventKind.Entity or EventKind.Comment:
                    nodes.Add(new NodeRange { Kind = KindOf(found.Kind), Start = found.Start, End = found.End, OpenEvent = i, InnerEvent = -1, InnerEndEvent = -1, CloseEvent = i });
                    break;
                case EventKind.TemplateOpen or EventKind.ArgumentOpen or EventKind.LinkOpen or EventKind.BareLinkOpen or EventKind.BracketLinkOpen or EventKind.HeadingOpen or EventKind.TagOpen:
                    open.Push(nodes.Count);
                    nodes.Add(Open(found, i));
                    break;
                default:
                    var isClosed = Add(ref CollectionsMarshal.AsSpan(nodes)[open.Peek()], found, i);
                    if (isClosed) open.Pop();
                    break;
            }
        }
        return nodes;
    }

    private static NodeRange Open(Event found, int index)
    {
        var isTag = found.Kind == EventKind.TagOpen;
        return new NodeRange
        {
            Kind = KindOf(found.Kind),
            Start = found.Start,
            NameStart = isTag ? found.NameStart : found.End,
            NameEnd = isTag ? found.NameEnd : found.End,
            Level = found.Kind == EventKind.HeadingOpen ? found.Value : 0,
            Mark = isTag ? (char)found.Value : '\0',
            OpenEvent = index,
            // Text between apostrophes has no attributes.
            InnerEvent = isTag && found.Value is 'i' or 'b' ? index : -1,
            InnerEndEvent = -1,
        };
    }

    /// <returns>Whether the node is complete.</returns>
    private static bool Add(ref NodeRange node, Event found, int index)
    {
        if (found.Kind == EventKind.TagBodyEnd)
        {
            node.InnerEndEvent = index;
            return false;
        }
        var isInner = found.Kind is EventKind.TemplateSeparator or EventKind.ArgumentSeparator or EventKind.LinkSeparator or EventKind.ExternalSeparator or EventKind.TagBody;
        if (node.InnerEvent < 0 && node.Kind is WikitextNodeKind.Template or WikitextNodeKind.Argument or WikitextNodeKind.Wikilink) node.NameEnd = found.Start;
        if (isInner)
        {
            if (node.InnerEvent < 0) node.InnerEvent = index;
            return false;
        }
        node.CloseEvent = index;
        node.End = found.End;
        return true;
    }

    private static WikitextNodeKind KindOf(EventKind kind) => kind switch
    {
        EventKind.Entity => WikitextNodeKind.HtmlEntity,
        EventKind.Comment => WikitextNodeKind.Comment,
        EventKind.TemplateOpen => WikitextNodeKind.Template,
        EventKind.ArgumentOpen => WikitextNodeKind.Argument,
        EventKind.LinkOpen => WikitextNodeKind.Wikilink,
        EventKind.HeadingOpen => WikitextNodeKind.Heading,
        EventKind.TagOpen => WikitextNodeKind.Tag,
        _ => WikitextNodeKind.ExternalLink,
    };
}
