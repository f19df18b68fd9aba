namespace InferenceServices.Wikitext.Parsing;

/// <summary>State of the construct being read.</summary>
[Flags]
internal enum Context : ulong
{
    None = 0,
    TemplateName = 1UL << 0,
    TemplateKey = 1UL << 1,
    TemplateValue = 1UL << 2,
    ArgumentName = 1UL << 3,
    ArgumentDefault = 1UL << 4,
    LinkTitle = 1UL << 5,
    LinkText = 1UL << 6,
    ExternalUri = 1UL << 7,
    ExternalTitle = 1UL << 8,
    Heading1 = 1UL << 9,
    Heading6 = 1UL << 14,
    TagOpen = 1UL << 15,
    TagAttribute = 1UL << 16,
    TagBody = 1UL << 17,
    TagClose = 1UL << 18,
    Italic = 1UL << 19,
    Bold = 1UL << 20,

    /// <summary>Bold text inside italic text has no end: its opening may be an apostrophe and the end of the italic text.</summary>
    PassAgain = 1UL << 21,
    SecondPass = 1UL << 22,

    /// <summary>Inside a definition term, which a colon ends.</summary>
    Term = 1UL << 23,
    HasText = 1UL << 24,
    FailOnText = 1UL << 25,
    FailNext = 1UL << 26,
    FailOnOpenBrace = 1UL << 27,
    FailOnCloseBrace = 1UL << 28,
    FailOnEquals = 1UL << 29,
    HasTemplate = 1UL << 30,
    Table = 1UL << 31,
    TableCell = 1UL << 32,
    TableCellStyle = 1UL << 33,
    TableRow = 1UL << 34,
    DataLine = 1UL << 35,
    HeaderLine = 1UL << 36,

    Template = TemplateName | TemplateKey | TemplateValue,
    Argument = ArgumentName | ArgumentDefault,
    Link = LinkTitle | LinkText,
    Heading = (Heading6 << 1) - Heading1,
    CellLine = DataLine | HeaderLine | TableCellStyle,

    /// <summary>Contexts that restrict characters.</summary>
    Unsafe = TemplateName | TemplateKey | ArgumentName | LinkTitle | ExternalTitle,

    /// <summary>Contexts that require an end marker.</summary>
    NeedsEnd = Template | Argument | Link | ExternalTitle | Heading | TagOpen | TagAttribute | TagBody | TagClose | Italic | Bold | PassAgain | SecondPass | Table | TableCell | TableCellStyle | TableRow | DataLine | HeaderLine,

    /// <summary>Contexts whose failure fails the parent frame.</summary>
    Double = TemplateKey | TagClose | TableRow,
    NoLinks = TemplateName | ArgumentName | LinkTitle | ExternalUri,
    NoExternalLinks = TemplateName | ArgumentName | LinkTitle | ExternalUri | ExternalTitle,
}
