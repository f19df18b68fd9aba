using System.Text.Json;
using System.Text.Json.Nodes;

namespace InferenceServices.RevisionFeatures.Tests;

/// <summary>Features equal those of the Python library bit for bit; logarithms, which C libraries may round differently, within a relative error of 1e-12.</summary>
public sealed class GoldenFeatureTests
{
    private const double LogarithmTolerance = 1e-12;

    private static readonly LanguageAssets English = new(LanguageAssets.DefaultHunspellDirectory);

    [Theory]
    [InlineData("reverted", "features", 9)]
    [InlineData("damaging", "damaging", 80)]
    [InlineData("wp10", "wp10", 42)]
    public void Every_feature_of_every_revision_is_identical(string list, string golden, int count)
    {
        var features = FeatureList.ByName[list].Features;
        var differences = new List<string>();
        foreach (var revision in GoldenRevision.All)
        {
            var solution = new FeatureSolution(new RevisionSources(revision.Input, English, CancellationToken.None));
            var expected = revision.Json[golden]!.AsObject();
            Assert.Equal(expected.Select(entry => entry.Key), features.Select(feature => feature.FullName));
            differences.AddRange(features
                .Where(feature => !AreSame(feature, expected[feature.FullName]!, solution.ValueOf(feature)))
                .Select(feature => $"{revision.Id} {feature}: {expected[feature.FullName]} expected, got {solution.ValueOf(feature):R}"));
        }

        Assert.Equal(count, features.Count);
        Assert.Equal(200, GoldenRevision.All.Count);
        Assert.Empty(differences);
    }

    [Theory]
    [InlineData("reverted", "demo")]
    [InlineData("damaging", "enwiki.damaging")]
    [InlineData("wp10", "enwiki.wp10")]
    public void Names_types_and_order_match_revscoring(string list, string golden)
    {
        var features = FeatureList.ByName[list];
        var names = Fixture("feature_names.json")[golden]!.AsArray();

        Assert.Equal(names.Select(name => name!["name"]!.GetValue<string>()), features.Features.Select(feature => feature.FullName));
        Assert.Equal(names.Select(name => name!["returns"]!.GetValue<string>()), features.Features.Select(feature => feature.Type.ToString().ToLowerInvariant()));
        Assert.Equal(
            Fixture("trimmed_feature_names.json")[golden]!.AsArray().Select(name => name!.GetValue<string>()), features.BaseFeatures.Select(feature => feature.FullName));
    }

    private static JsonNode Fixture(string name) => JsonNode.Parse(File.ReadAllText(GoldenRevision.PathOf(name)))!;

    private static bool AreSame(Feature feature, JsonNode expected, double value)
    {
        if (expected.GetValueKind() is JsonValueKind.True or JsonValueKind.False) return value == (expected.GetValue<bool>() ? 1 : 0);
        var number = expected.GetValue<double>();
        return feature.Name.StartsWith("log(", StringComparison.Ordinal) ? Math.Abs(value - number) <= LogarithmTolerance * Math.Abs(number) : value.Equals(number);
    }
}
