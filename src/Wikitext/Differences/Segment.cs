namespace InferenceServices.Wikitext.Differences;

/// <summary>A range of tokens of a text.</summary>
/// <param name="Start">First token.</param>
/// <param name="End">Token after the last.</param>
public readonly record struct Segment(int Start, int End);
