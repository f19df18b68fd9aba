namespace InferenceServices.Wikitext.Parsing;

/// <summary>What was found at a place of the text.</summary>
/// <param name="Kind">What.</param>
/// <param name="Start">Its first code unit.</param>
/// <param name="End">The one behind its last.</param>
/// <param name="NameStart">Of a tag's name, as written.</param>
/// <param name="NameEnd">Where that ends.</param>
/// <param name="Value">A heading's level, or the marker (*, ', |) a tag was made of; 0 for a tag that was written.</param>
internal record struct Event(EventKind Kind, int Start, int End, int NameStart = 0, int NameEnd = 0, int Value = 0);
