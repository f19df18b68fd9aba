namespace InferenceServices.Wikitext.Parsing;

/// <summary>A construct of wikitext other than plain text.</summary>
public readonly struct WikitextNode
{
    private readonly string _text;
    private readonly NodeRange _range;

    internal WikitextNode(string text, NodeRange range) => (_text, _range) = (text, range);

    public WikitextNodeKind Kind => _range.Kind;

    /// <summary>Source text of the node, including nested nodes.</summary>
    public ReadOnlySpan<char> Source => _text.AsSpan(_range.Start, _range.End - _range.Start);

    /// <summary>Name of a template, argument or tag, or title of a link, as written including spaces; <c>li</c> for *. Empty for other kinds.</summary>
    public ReadOnlySpan<char> Name => _range.Mark == '\0' ? _text.AsSpan(_range.NameStart, _range.NameEnd - _range.NameStart) : MarkNames.Of(_range.Mark);

    /// <summary>Level of a heading, 1 to 6; 0 for other kinds.</summary>
    public int Level => _range.Level;
}
