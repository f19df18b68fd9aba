namespace InferenceServices.Explanations.Text;

/// <summary>A part of a text that is removed or retained as a whole.</summary>
/// <param name="Start">Start, in UTF-16 units.</param>
/// <param name="Length">Length of the visible text, in UTF-16 units.</param>
/// <param name="FullLength">Length including the trailing white space.</param>
internal readonly record struct TextPart(int Start, int Length, int FullLength);
