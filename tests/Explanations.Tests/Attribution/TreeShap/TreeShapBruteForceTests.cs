using InferenceServices.Explanations.Attribution.TreeShap;
using InferenceServices.Testing;

namespace InferenceServices.Explanations.Tests.Attribution.TreeShap;

/// <summary>Attributions equal Shapley values by definition, for many kinds of trees.</summary>
public sealed class TreeShapBruteForceTests : IDisposable
{
    private const double Tolerance = 1e-9;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 24)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Path_dependent_attributions(int seed)
    {
        var random = new Random(seed);
        var forest = Any(random);
        var model = TreeShapModel.TryLoad(TreeModelFile.Regressor(forest).WriteTo(_folder))!;

        for (var count = 0; count < 5; count++)
        {
            var row = forest.Row(random);
            AssertEqual(model, row, output => BruteForce.PathDependent(forest, output, row));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Interventional_attributions(int seed)
    {
        var random = new Random(seed);
        var forest = Any(random);
        float[][] background = [.. Enumerable.Range(0, 1 + random.Next(12)).Select(_ => forest.Row(random))];
        var model = TreeShapModel.TryLoad(TreeModelFile.Regressor(forest, hasCovers: seed % 2 == 0).WriteTo(_folder))!.WithBackground(background.SelectMany(row => row).ToArray());

        for (var count = 0; count < 3; count++)
        {
            var row = forest.Row(random);
            AssertEqual(model, row, output => BruteForce.Interventional(forest, output, row, background));
        }
    }

    /// <summary>Fourteen features on one path are too many for a table.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_path_too_long_for_a_table(bool byBackground)
    {
        var random = new Random(5);
        const int Features = 14;
        var tree = GrownTree.Leaf(3, 1.5f);
        for (var depth = 0; depth < 20; depth++) tree = GrownTree.Branch(depth % Features, -1 + depth * 0.1f, tree, GrownTree.Leaf(1 + depth, depth * 0.3f - 2), missingTracksTrue: depth % 3 == 0);
        var forest = new GrownForest(Features, 1, [tree]);
        var model = TreeShapModel.TryLoad(TreeModelFile.Regressor(forest).WriteTo(_folder))!;
        float[][] background = [.. Enumerable.Range(0, 2).Select(_ => forest.Row(random))];
        if (byBackground) model = model.WithBackground(background.SelectMany(row => row).ToArray());

        foreach (var row in new[] { forest.Row(random), new float[Features], [.. Enumerable.Repeat(-3f, Features)] })
            AssertEqual(model, row, _ => byBackground ? BruteForce.Interventional(forest, 0, row, background) : BruteForce.PathDependent(forest, 0, row), hasInteractions: false);
    }

    /// <summary>A leaf with 64 conditions, each satisfied by half of the rows: its value is shared equally.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(33)]
    [InlineData(64)]
    public void The_maximum_number_of_features_on_a_path(int features)
    {
        var tree = GrownTree.Leaf(1, 1);
        for (var feature = 0; feature < features; feature++) tree = GrownTree.Branch(feature, 0, tree, GrownTree.Leaf(tree.Cover, 0));
        var model = TreeShapModel.TryLoad(TreeModelFile.Regressor(new GrownForest(features, 1, [tree])).WriteTo(_folder))!;
        var attributions = new double[features];

        model.Attribute(new float[features], attributions);

        Assert.All(attributions, value => Assert.Equal((1 - Math.Pow(2, -features)) / features, value, 1e-14));
        Assert.Equal(Math.Pow(2, -features), model.Bias[0], 1e-14);
    }

    private static GrownForest Any(Random random)
    {
        var outputs = 1 + random.Next(3);
        // Fewer features than levels: paths use the same feature repeatedly.
        return GrownForest.Grow(random, features: 2 + random.Next(6), outputs, trees: 1 + random.Next(5), depth: random.Next(8), weights: 1 + random.Next(outputs)) with
        {
            AggregateFunction = random.Next(2) == 0 ? "SUM" : "AVERAGE",
        };
    }

    private static void AssertEqual(TreeShapModel model, float[] row, Func<int, BruteForce> truth, bool hasInteractions = true)
    {
        var features = model.FeatureCount;
        var attributions = new double[model.OutputCount * features];
        var interactions = new double[model.OutputCount * features * features];
        var margins = new double[model.OutputCount];
        model.Attribute(row, attributions);
        model.Interactions(row, interactions);
        model.Margins(row, margins);
        for (var output = 0; output < model.OutputCount; output++)
        {
            var expected = truth(output);
            Assert.Equal(expected.Bias, model.Bias[output], Tolerance);
            Assert.Equal(expected.Margin, margins[output], Tolerance);
            for (var first = 0; first < features; first++)
            {
                Assert.Equal(expected.Attribution(first), attributions[output * features + first], Tolerance);
                for (var second = 0; hasInteractions && second < features; second++)
                    Assert.Equal(expected.Interaction(first, second), interactions[(output * features + first) * features + second], Tolerance);
            }
        }
    }
}
