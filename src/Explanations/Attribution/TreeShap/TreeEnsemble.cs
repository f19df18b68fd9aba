using System.Numerics;

namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>A tree ensemble. The margin of an output is the sum over its trees.</summary>
/// <param name="FeatureCount">Number of features of a row.</param>
/// <param name="BaseValues">Base values, by output.</param>
/// <param name="PostTransform">Transformation of the margins by the ensemble node: <c>NONE</c>, <c>LOGISTIC</c>, <c>SOFTMAX</c>, <c>SOFTMAX_ZERO</c> or <c>PROBIT</c>.</param>
/// <param name="Splits">Distinct splits.</param>
/// <param name="Trees">Roots of the trees. For AVERAGE, leaf weights are already divided by the number of trees.</param>
internal sealed record TreeEnsemble(
    int FeatureCount, double[] BaseValues, string PostTransform, Split[] Splits, TreeNode[] Trees)
{
    public int OutputCount => BaseValues.Length;

    /// <summary>Whether the model compares FP32: values of rows are rounded.</summary>
    public bool IsSingle { get; init; } = true;

    /// <summary>Whether covers, the numbers of training rows, are known for every node.</summary>
    public bool HasCovers => Trees.All(tree => tree is not TreeBranch branch || branch.HasCovers);

    /// <summary>Evaluates all splits.</summary>
    /// <param name="row">Shape [<see cref="FeatureCount"/>].</param>
    /// <param name="outcomes">Receives, by split, 1 when true for the row, otherwise 0.</param>
    public void EvaluateSplits<T>(ReadOnlySpan<T> row, Span<byte> outcomes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var index = 0; index < Splits.Length; index++)
        {
            ref readonly var split = ref Splits[index];
            outcomes[index] = split.IsTrue(ValueOf(row[split.Feature])) ? (byte)1 : (byte)0;
        }
    }

    /// <summary>Computes the margins: the sums of the trees before any post-transform.</summary>
    /// <param name="row">Shape [<see cref="FeatureCount"/>].</param>
    /// <param name="margins">Receives shape [<see cref="OutputCount"/>].</param>
    public void ComputeMargins<T>(ReadOnlySpan<T> row, Span<double> margins)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var output = 0; output < OutputCount; output++) margins[output] = BaseValues[output];
        foreach (var tree in Trees)
        {
            var node = tree;
            while (node is TreeBranch branch)
            {
                var split = Splits[branch.Split];
                node = split.IsTrue(ValueOf(row[split.Feature])) ? branch.WhenTrue : branch.WhenFalse;
            }
            foreach (var weight in ((TreeLeaf)node).Weights) margins[weight.Output] += weight.Value;
        }
    }

    private double ValueOf<T>(T value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => IsSingle ? float.CreateTruncating(value) : double.CreateTruncating(value);
}
