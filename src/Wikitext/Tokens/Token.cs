namespace InferenceServices.Wikitext.Tokens;

/// <summary>A piece of a text.</summary>
/// <param name="Start">Its first code unit.</param>
/// <param name="Length">In code units, 1 or more.</param>
/// <param name="Type">What it is.</param>
public readonly record struct Token(int Start, int Length, TokenType Type);
