namespace InferenceServices.Wikitext.Parsing;

/// <summary>What can be found: what is whole, what begins, separates, and ends.</summary>
internal enum EventKind : byte
{
    Text,
    Entity,
    Comment,
    TemplateOpen,
    TemplateSeparator,
    TemplateClose,
    ArgumentOpen,
    ArgumentSeparator,
    ArgumentClose,
    LinkOpen,
    LinkSeparator,
    LinkClose,
    BareLinkOpen,
    BracketLinkOpen,
    ExternalSeparator,
    ExternalClose,
    HeadingOpen,
    HeadingClose,
    TagOpen,
    TagBody,
    TagBodyEnd,
    TagClose,
}
