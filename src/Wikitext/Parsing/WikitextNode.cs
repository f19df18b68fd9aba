namespace InferenceServices.Wikitext.Parsing;

/// <summary>Something in a text that is not plain text.</summary>
public readonly struct WikitextNode
{
    private readonly string _text;
    private readonly NodeRange _range;

    internal WikitextNode(string text, NodeRange range) => (_text, _range) = (text, range);

    public WikitextNodeKind Kind => _range.Kind;

    /// <summary>As it is written, with all that is in it.</summary>
    public ReadOnlySpan<char> Source => _text.AsSpan(_range.Start, _range.End - _range.Start);

    /// <summary>A template's or an argument's name, a link's title, a tag's name: as written, spaces included; <c>li</c> for *. Empty for all else.</summary>
    public ReadOnlySpan<char> Name => _range.Mark == '\0' ? _text.AsSpan(_range.NameStart, _range.NameEnd - _range.NameStart) : MarkNames.Of(_range.Mark);

    /// <summary>A heading's, 1 to 6; 0 for all else.</summary>
    public int Level => _range.Level;
}
