namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>The trees of a graph, whose sums are its margins.</summary>
/// <param name="FeatureCount">What a row holds.</param>
/// <param name="BaseValues">By output: what its margin begins with.</param>
/// <param name="PostTransform">What the node itself makes of the margins: <c>NONE</c>, <c>LOGISTIC</c>, <c>SOFTMAX</c>, <c>SOFTMAX_ZERO</c> or <c>PROBIT</c>.</param>
/// <param name="Splits">All different ones.</param>
/// <param name="Trees">Their roots. Where the node averages, leaves are already divided by the number of trees.</param>
internal sealed record TreeEnsemble(
    int FeatureCount, double[] BaseValues, string PostTransform, Split[] Splits, TreeNode[] Trees)
{
    public int OutputCount => BaseValues.Length;

    /// <summary>Whether every node knows how many training rows came through it.</summary>
    public bool HasCovers => Trees.All(tree => tree is not TreeBranch branch || branch.HasCovers);

    /// <summary>Asks all splits.</summary>
    /// <param name="row">Shape [<see cref="FeatureCount"/>].</param>
    /// <param name="outcomes">Receives, by split, 1 where it is true of the row, else 0.</param>
    public void Ask(ReadOnlySpan<float> row, Span<byte> outcomes)
    {
        for (var index = 0; index < Splits.Length; index++)
        {
            ref readonly var split = ref Splits[index];
            outcomes[index] = split.IsTrue(row[split.Feature]) ? (byte)1 : (byte)0;
        }
    }

    /// <summary>What the trees add up to, before any post-transform.</summary>
    /// <param name="row">Shape [<see cref="FeatureCount"/>].</param>
    /// <param name="margins">Receives shape [<see cref="OutputCount"/>].</param>
    public void Margins(ReadOnlySpan<float> row, Span<double> margins)
    {
        for (var output = 0; output < OutputCount; output++) margins[output] = BaseValues[output];
        foreach (var tree in Trees)
        {
            var node = tree;
            while (node is TreeBranch branch)
            {
                var split = Splits[branch.Split];
                node = split.IsTrue(row[split.Feature]) ? branch.WhenTrue : branch.WhenFalse;
            }
            foreach (var weight in ((TreeLeaf)node).Weights) margins[weight.Output] += weight.Value;
        }
    }
}
