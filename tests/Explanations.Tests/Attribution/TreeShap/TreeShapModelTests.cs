using InferenceServices.Explanations.Attribution.TreeShap;
using InferenceServices.Testing;

namespace InferenceServices.Explanations.Tests.Attribution.TreeShap;

/// <summary>The public behavior of the model.</summary>
public sealed class TreeShapModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_single_leaf_is_bias_only()
    {
        var model = Load(new GrownForest(3, 1, [GrownTree.Leaf(5, 2.5f)]) { BaseValues = [1] });
        var attributions = new[] { 9.0, 9, 9 };

        model.Attribute([1f, 2, 3], attributions);

        Assert.Equal([3.5], model.Bias);
        Assert.Equal([0, 0, 0], attributions);
    }

    [Fact]
    public void The_output_buffer_is_overwritten()
    {
        var model = Load(new GrownForest(2, 1, [GrownTree.Branch(0, 0, GrownTree.Leaf(1, 0), GrownTree.Leaf(3, 4))]));
        var (attributions, interactions, margins) = (new[] { 9.0, 9 }, new[] { 9.0, 9, 9, 9 }, new[] { 9.0 });

        model.Attribute([1f, 0], attributions);
        model.Interactions([1f, 0], interactions);
        model.Margins([1f, 0], margins);

        Assert.Equal([1, 0], attributions);
        Assert.Equal([1, 0, 0, 0], interactions);
        Assert.Equal([4], margins);
        Assert.Equal([3], model.Bias);
    }

    [Fact]
    public void A_background_gives_the_same_values_with_and_without_tables()
    {
        var random = new Random(8);
        var forest = GrownForest.Grow(random, features: 6, outputs: 2, trees: 20, depth: 5);
        var model = Load(forest);
        float[] background = [.. Enumerable.Range(0, 30).SelectMany(_ => forest.Row(random))];
        var (many, few) = (model.WithBackground(background), model.WithBackground(background, isForMany: false));
        var (expected, actual) = (new double[12], new double[12]);
        for (var row = 0; row < 20; row++)
        {
            var values = forest.Row(random);
            many.Attribute(values, expected);
            few.Attribute(values, actual);
            for (var index = 0; index < expected.Length; index++) Assert.Equal(expected[index], actual[index], 1e-12);
        }
        Assert.Equal(many.Bias, few.Bias);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Without_covers_a_background_is_required(bool ones)
    {
        var forest = new GrownForest(2, 1, [GrownTree.Branch(0, 0, GrownTree.Leaf(1, 0), GrownTree.Leaf(1, 4))]);
        var file = TreeModelFile.Regressor(forest, hasCovers: false);
        // Some converters write 1 for every node.
        if (ones) file.Set("nodes_hitrates", [1f, 1, 1]);
        var model = TreeShapModel.TryLoad(file.WriteTo(_folder))!;
        var attributions = new double[2];

        Assert.False(model.CanAttribute);
        Assert.Contains("nodes_hitrates", Assert.Throws<InvalidOperationException>(() => model.Attribute([1f, 0], attributions)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => model.Interactions([1f, 0], new double[4]));
        Assert.Throws<InvalidOperationException>(() => model.Bias.Length);
        var known = model.WithBackground([-1f, 0, 1, 0]);
        known.Attribute([1f, 0], attributions);

        Assert.True(known.CanAttribute);
        Assert.Equal([2, 0], attributions);
        Assert.Equal([2], known.Bias);
    }

    [Fact]
    public void Wrong_shapes_are_rejected()
    {
        var model = Load(new GrownForest(2, 1, [GrownTree.Branch(0, 0, GrownTree.Leaf(1, 0), GrownTree.Leaf(1, 4))]));

        Assert.Throws<ArgumentException>(() => model.Attribute([1f], new double[2]));
        Assert.Throws<ArgumentException>(() => model.Attribute([1f, 2], new double[3]));
        Assert.Throws<ArgumentException>(() => model.Interactions([1f, 2], new double[2]));
        Assert.Throws<ArgumentException>(() => model.Margins([1f, 2], []));
        Assert.Throws<ArgumentException>(() => model.WithBackground<float>([]));
        Assert.Throws<ArgumentException>(() => model.WithBackground([1f, 2, 3]));
    }

    [Fact]
    public void Infinite_and_missing_values_follow_the_correct_branch()
    {
        var random = new Random(3);
        var forest = GrownForest.Grow(random, 3, 1, trees: 6, depth: 4);
        var model = Load(forest);
        float[] odd = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f, float.MaxValue, float.Epsilon];
        var attributions = new double[3];

        foreach (var first in odd)
        {
            foreach (var second in odd)
            {
                float[] row = [first, second, float.NaN];
                model.Attribute(row, attributions);
                for (var feature = 0; feature < 3; feature++) Assert.Equal(BruteForce.PathDependent(forest, 0, row).Attribution(feature), attributions[feature], 1e-9);
            }
        }
    }

    [Fact]
    public void Rows_may_be_explained_at_the_same_time()
    {
        var random = new Random(4);
        var forest = GrownForest.Grow(random, 20, 2, trees: 30, depth: 9, weights: 2);
        var model = Load(forest);
        var rows = Enumerable.Range(0, 64).Select(_ => forest.Row(random)).ToArray();
        var one = Array.ConvertAll(rows, row => Attribute(model, row));

        var together = new double[4 * rows.Length][];
        Parallel.For(0, together.Length, index => together[index] = Attribute(model, rows[index % rows.Length]));

        for (var index = 0; index < together.Length; index++) Assert.Equal(one[index % rows.Length], together[index]);
    }

    [Fact]
    public void A_row_allocates_nothing()
    {
        var random = new Random(4);
        var forest = GrownForest.Grow(random, 20, 2, trees: 5, depth: 14, weights: 2);
        var model = Load(forest);
        var row = forest.Row(random);
        var (attributions, interactions, margins) = (new double[40], new double[800], new double[2]);
        Explain();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var count = 0; count < 20; count++) Explain();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Explain()
        {
            model.Attribute(row, attributions);
            model.Interactions(row, interactions);
            model.Margins(row, margins);
        }
    }

    private TreeShapModel Load(GrownForest forest) => TreeShapModel.TryLoad(TreeModelFile.Regressor(forest).WriteTo(_folder))!;

    private static double[] Attribute(TreeShapModel model, float[] row)
    {
        var attributions = new double[model.OutputCount * model.FeatureCount];
        model.Attribute(row, attributions);
        return attributions;
    }
}
