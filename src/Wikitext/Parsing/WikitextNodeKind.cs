namespace InferenceServices.Wikitext.Parsing;

/// <summary>Kinds of nodes. Plain text is not a node.</summary>
public enum WikitextNodeKind : byte
{
    Template,
    Argument,
    Wikilink,
    ExternalLink,
    HtmlEntity,
    Heading,
    Comment,
    Tag,
}
