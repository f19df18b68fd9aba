using InferenceServices.Explanations.Attribution.TreeShap;
using InferenceServices.Testing;

namespace InferenceServices.Explanations.Tests.Attribution.TreeShap;

/// <summary>Properties of Shapley values, for trees too large to evaluate all coalitions.</summary>
public sealed class TreeShapPropertyTests : IDisposable
{
    private const double Tolerance = 1e-10;
    private const int Features = 30;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<int, bool> SeedsAndForms
    {
        get
        {
            var all = new TheoryData<int, bool>();
            for (var seed = 1; seed <= 6; seed++)
            {
                all.Add(seed, false);
                all.Add(seed, true);
            }
            return all;
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(SeedsAndForms))]
    public void Bias_and_attributions_add_up_to_the_margin(int seed, bool byBackground)
    {
        var random = new Random(seed);
        var forest = Deep(random);
        var model = Load(forest, byBackground, random);
        var margins = new double[forest.Outputs];

        for (var count = 0; count < 10; count++)
        {
            var row = forest.Row(random);
            var attributions = Attribute(model, row);
            model.Margins(row, margins);
            for (var output = 0; output < forest.Outputs; output++)
                Assert.Equal(margins[output], model.Bias[output] + attributions.AsSpan(output * Features, Features).ToArray().Sum(), Tolerance * Math.Max(1, Math.Abs(margins[output])));
        }
    }

    [Theory]
    [MemberData(nameof(SeedsAndForms))]
    public void Interactions_are_symmetric_and_add_up_to_the_attribution(int seed, bool byBackground)
    {
        var random = new Random(seed);
        var forest = Deep(random);
        var model = Load(forest, byBackground, random);
        var row = forest.Row(random);
        var attributions = Attribute(model, row);
        var interactions = new double[forest.Outputs * Features * Features];

        model.Interactions(row, interactions);

        for (var feature = 0; feature < forest.Outputs * Features; feature++)
        {
            Assert.Equal(attributions[feature], interactions.AsSpan(feature * Features, Features).ToArray().Sum(), Tolerance);
            var (output, first) = Math.DivRem(feature, Features);
            for (var second = 0; second < Features; second++)
                Assert.Equal(interactions[feature * Features + second], interactions[((output * Features) + second) * Features + first], Tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(SeedsAndForms))]
    public void Attributions_are_additive_over_ensembles(int seed, bool byBackground)
    {
        var random = new Random(seed);
        var (one, other) = (Deep(random), Deep(random));
        var together = one with { Trees = [.. one.Trees, .. other.Trees] };
        var row = one.Row(random);

        var sum = Attribute(Load(one, byBackground, new Random(seed)), row).Zip(Attribute(Load(other, byBackground, new Random(seed)), row), (first, second) => first + second);

        AssertEqual([.. sum], Attribute(Load(together, byBackground, new Random(seed)), row));
    }

    [Theory]
    [MemberData(nameof(SeedsAndForms))]
    public void Attributions_scale_with_leaf_weights(int seed, bool byBackground)
    {
        var random = new Random(seed);
        var forest = Deep(random);
        var row = forest.Row(random);
        var larger = forest with { Trees = [.. forest.Trees.Select(tree => Map(tree, static feature => feature, weight: -4))] };

        var attributions = Attribute(Load(forest, byBackground, new Random(seed)), row);

        AssertEqual([.. attributions.Select(value => -4 * value)], Attribute(Load(larger, byBackground, new Random(seed)), row));
    }

    [Theory]
    [MemberData(nameof(SeedsAndForms))]
    public void An_unused_feature_has_no_attribution(int seed, bool byBackground)
    {
        var random = new Random(seed);
        var forest = Deep(random);
        forest = forest with { Trees = [.. forest.Trees.Select(tree => Map(tree, static feature => feature == 7 ? 8 : feature, weight: 1))] };

        var attributions = Attribute(Load(forest, byBackground, random), forest.Row(random));

        for (var output = 0; output < forest.Outputs; output++) Assert.Equal(0, attributions[output * Features + 7]);
        Assert.Contains(attributions, value => value != 0);
    }

    /// <summary>Two features with the same role in each tree and the same value in the row.</summary>
    [Theory]
    [MemberData(nameof(SeedsAndForms))]
    public void Symmetric_features_have_equal_attributions(int seed, bool byBackground)
    {
        var random = new Random(seed);
        var forest = Deep(random);
        var mirrored = forest.Trees.Select(tree => Map(tree, static feature => feature switch { 3 => 4, 4 => 3, _ => feature }, weight: 1));
        forest = forest with { Trees = [.. forest.Trees, .. mirrored] };
        var model = TreeShapModel.TryLoad(TreeModelFile.Regressor(forest).WriteTo(_folder))!;
        if (byBackground) model = model.WithBackground([.. Alike(forest.Row(random)), .. Alike(forest.Row(random))]);

        var attributions = Attribute(model, Alike(forest.Row(random)));

        for (var output = 0; output < forest.Outputs; output++) Assert.Equal(attributions[output * Features + 3], attributions[output * Features + 4], Tolerance);

        static float[] Alike(float[] row)
        {
            row[4] = row[3];
            return row;
        }
    }

    [Fact]
    public void A_row_that_equals_the_background_has_no_attributions()
    {
        var random = new Random(1);
        var forest = Deep(random);
        var row = forest.Row(random);
        var model = TreeShapModel.TryLoad(TreeModelFile.Regressor(forest).WriteTo(_folder))!.WithBackground(row);

        Assert.All(Attribute(model, row), value => Assert.Equal(0, value));
    }

    // Depth 20: some leaves are in tables, others have too many features.
    private static GrownForest Deep(Random random)
    {
        var forest = GrownForest.Grow(random, Features, outputs: 2, trees: 3, depth: 7, weights: 2);
        var chain = forest.Trees[0];
        for (var depth = 7; depth < 20; depth++) chain = GrownTree.Branch(random.Next(Features), 0, chain, GrownTree.Leaf(5, random.NextSingle()), missingTracksTrue: true);
        return forest with { Trees = [.. forest.Trees.Skip(1), chain] };
    }

    private static GrownTree Map(GrownTree tree, Func<int, int> feature, float weight) => new()
    {
        Mode = tree.Mode,
        Feature = feature(tree.Feature),
        Threshold = tree.Threshold,
        MissingTracksTrue = tree.MissingTracksTrue,
        Cover = tree.Cover,
        WhenTrue = tree.WhenTrue is { } whenTrue ? Map(whenTrue, feature, weight) : null,
        WhenFalse = tree.WhenFalse is { } whenFalse ? Map(whenFalse, feature, weight) : null,
        Weights = [.. tree.Weights.Select(found => (found.Output, found.Value * weight))],
    };

    private TreeShapModel Load(GrownForest forest, bool byBackground, Random random)
    {
        var model = TreeShapModel.TryLoad(TreeModelFile.Regressor(forest).WriteTo(_folder))!;
        return byBackground ? model.WithBackground(Enumerable.Range(0, 9).SelectMany(_ => forest.Row(random)).ToArray()) : model;
    }

    private static double[] Attribute(TreeShapModel model, float[] row)
    {
        var attributions = new double[model.OutputCount * model.FeatureCount];
        model.Attribute(row, attributions);
        return attributions;
    }

    private static void AssertEqual(double[] expected, double[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        for (var index = 0; index < expected.Length; index++) Assert.Equal(expected[index], found[index], Tolerance);
    }
}
