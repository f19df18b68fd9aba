namespace InferenceServices.Wikitext.Tokens;

/// <summary>A token of a text.</summary>
/// <param name="Start">Position of the first code unit.</param>
/// <param name="Length">Length in code units, 1 or more.</param>
/// <param name="Type">Type of the token.</param>
public readonly record struct Token(int Start, int Length, TokenType Type);
