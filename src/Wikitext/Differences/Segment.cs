namespace InferenceServices.Wikitext.Differences;

/// <summary>A range of tokens.</summary>
/// <param name="Start">The first.</param>
/// <param name="End">The one behind the last.</param>
public readonly record struct Segment(int Start, int End);
