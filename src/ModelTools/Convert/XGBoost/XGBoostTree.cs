namespace InferenceServices.ModelTools.Convert.XGBoost;

/// <summary>A tree; node 0 is the root.</summary>
/// <param name="Output">Index of the model's output that the tree adds to.</param>
/// <param name="Left">By node: child for values below the threshold; -1 for a leaf.</param>
/// <param name="Right">By node: child for other values.</param>
/// <param name="Feature">By node: index of the compared feature.</param>
/// <param name="Threshold">By node: threshold, or the value of a leaf.</param>
/// <param name="DefaultLeft">By node: whether a missing value goes left.</param>
/// <param name="Cover">By node: sum of the weights of the training rows that reached it.</param>
internal sealed record XGBoostTree(int Output, int[] Left, int[] Right, int[] Feature, float[] Threshold, bool[] DefaultLeft, float[] Cover)
{
    public bool IsLeaf(int node) => Left[node] < 0;
}
