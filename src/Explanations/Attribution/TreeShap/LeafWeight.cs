namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <param name="Output">From 0.</param>
/// <param name="Value">What is added to its margin.</param>
internal readonly record struct LeafWeight(int Output, double Value);
