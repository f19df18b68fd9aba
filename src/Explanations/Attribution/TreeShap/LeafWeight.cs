namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>A contribution of a leaf to an output.</summary>
/// <param name="Output">Zero-based index of the output.</param>
/// <param name="Value">Value that is added to the margin of the output.</param>
internal readonly record struct LeafWeight(int Output, double Value);
