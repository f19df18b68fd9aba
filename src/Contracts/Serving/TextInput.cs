namespace InferenceServices.Contracts.Serving;

/// <summary>The text a model reads.</summary>
/// <param name="Text">A part of the caller's text, unchanged, or what was fetched.</param>
/// <param name="Start">Where it begins in the caller's text, in code points.</param>
public readonly record struct TextInput(string Text, int Start);
