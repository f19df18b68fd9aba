namespace InferenceServices.Wikitext.Parsing;

/// <summary>Location of a node.</summary>
internal struct NodeRange
{
    public WikitextNodeKind Kind;
    public int Start;
    public int End;
    public int NameStart;
    public int NameEnd;
    public int Level;
    public char Mark;

    /// <summary>Event indexes: start, first separator or start of the tag body, end of the body, end. -1: none.</summary>
    public int OpenEvent;
    public int InnerEvent;
    public int InnerEndEvent;
    public int CloseEvent;
}
