namespace InferenceServices.Wikitext.Parsing;

/// <summary>Kinds of events: complete elements, starts, separators and ends.</summary>
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
