namespace InferenceServices.ModelTools.Convert.Sklearn;

/// <summary>A tree; node 0 is the root, and children follow their parents.</summary>
/// <param name="Left">By node: child for values up to the threshold; -1 for a leaf.</param>
/// <param name="Right">By node: child for larger values.</param>
/// <param name="Feature">By node: index of the compared feature.</param>
/// <param name="Threshold">By node: threshold.</param>
/// <param name="MissingLeft">By node: whether a missing value goes left.</param>
/// <param name="Cover">By node: sum of the weights of the training rows that reached it.</param>
/// <param name="Values">By node: values, shape [nodes, <paramref name="ValuesPerNode"/>].</param>
/// <param name="ValuesPerNode">Number of classes, or 1.</param>
internal sealed record SklearnTree(
    int[] Left, int[] Right, int[] Feature, double[] Threshold, bool[] MissingLeft, double[] Cover, double[] Values, int ValuesPerNode)
{
    public int Nodes => Left.Length;

    public bool IsLeaf(int node) => Left[node] < 0;

    public Span<double> ValuesOf(int node) => Values.AsSpan(node * ValuesPerNode, ValuesPerNode);

    /// <summary>Multiplies the values of all nodes.</summary>
    public void Scale(double factor)
    {
        foreach (ref var value in Values.AsSpan()) value *= factor;
    }
}
