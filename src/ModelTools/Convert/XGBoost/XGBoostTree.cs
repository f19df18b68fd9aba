namespace InferenceServices.ModelTools.Convert.XGBoost;

/// <summary>A tree; node 0 is its root, and every other node the child of one.</summary>
/// <param name="Output">Which of the model's sums it adds to.</param>
/// <param name="Left">By node: where values below the threshold go; -1: it is a leaf.</param>
/// <param name="Right">By node: where others go.</param>
/// <param name="Feature">By node: the feature that is compared.</param>
/// <param name="Threshold">By node: what it is compared with; of a leaf: its value.</param>
/// <param name="DefaultLeft">By node: whether a missing value goes left.</param>
/// <param name="Cover">By node: the weight of the rows that came through it in training.</param>
internal sealed record XGBoostTree(int Output, int[] Left, int[] Right, int[] Feature, float[] Threshold, bool[] DefaultLeft, float[] Cover)
{
    public bool IsLeaf(int node) => Left[node] < 0;
}
