namespace InferenceServices.Contracts.Serving;

/// <summary>The text that a model reads.</summary>
/// <param name="Text">Part of the text in the request, unchanged, or fetched text.</param>
/// <param name="Start">Offset in the text of the request, in code points.</param>
public readonly record struct TextInput(string Text, int Start);
