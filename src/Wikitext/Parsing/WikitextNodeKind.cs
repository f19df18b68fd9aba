namespace InferenceServices.Wikitext.Parsing;

/// <summary>What a node is. Plain text is none.</summary>
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
