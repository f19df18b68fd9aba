namespace InferenceServices.Wikitext.Parsing;

/// <summary>An element of markup at a position of the text.</summary>
/// <param name="Kind">Kind of the event.</param>
/// <param name="Start">Position of the first code unit.</param>
/// <param name="End">Position after the last code unit.</param>
/// <param name="NameStart">Start of the tag name, as written.</param>
/// <param name="NameEnd">End of the tag name.</param>
/// <param name="Value">Level of a heading, or the wikitext marker (*, ', |) of a tag; 0 for an explicit tag.</param>
internal record struct Event(EventKind Kind, int Start, int End, int NameStart = 0, int NameEnd = 0, int Value = 0);
