namespace InferenceServices.Wikitext.Parsing;

/// <summary>Where a node is.</summary>
internal struct NodeRange
{
    public WikitextNodeKind Kind;
    public int Start;
    public int End;
    public int NameStart;
    public int NameEnd;
    public int Level;
    public char Mark;

    /// <summary>Events: its own, its first separator or where a tag's body begins, where that ends, its end. -1: none.</summary>
    public int OpenEvent;
    public int InnerEvent;
    public int InnerEndEvent;
    public int CloseEvent;
}
