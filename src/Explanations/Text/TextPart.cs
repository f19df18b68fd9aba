namespace InferenceServices.Explanations.Text;

/// <summary>A part of a text, left out or kept as a whole.</summary>
/// <param name="Start">Where it begins, in UTF-16 units.</param>
/// <param name="Length">Of what is shown, in UTF-16 units.</param>
/// <param name="FullLength">With the white space behind it, which goes with it.</param>
internal readonly record struct TextPart(int Start, int Length, int FullLength);
