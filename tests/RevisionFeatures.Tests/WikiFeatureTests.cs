using System.Text.Json;
using System.Text.Json.Nodes;

namespace InferenceServices.RevisionFeatures.Tests;

/// <summary>Features of the lists of single wikis equal those of the Python library bit for bit; logarithms within a relative error of 1e-12.</summary>
public sealed class WikiFeatureTests
{
    private const double LogarithmTolerance = 1e-12;

    private static readonly LanguageAssets Assets = new(LanguageAssets.DefaultHunspellDirectory);

    public static TheoryData<string, string> Lists => [.. GoldenArticles.All.Select(static list => (list.Wiki, list.Kind))];

    public static TheoryData<string, string> Supported => [.. GoldenArticles.AllNames.Where(static list => !IsUnsupported(list)).Select(static list => (list.Wiki, list.Kind))];

    public static TheoryData<string, string> Unsupported => [.. GoldenArticles.AllNames.Where(IsUnsupported).Select(static list => (list.Wiki, list.Kind))];

    [Theory]
    [MemberData(nameof(Lists))]
    public void Every_feature_of_every_article_is_identical(string wiki, string kind)
    {
        var list = GoldenArticles.All.Single(list => list.Wiki == wiki && list.Kind == kind);
        Feature?[] features = [.. list.Names.Select(name => FeatureList.Find(name, wiki, kind))];
        var differences = new List<string>();
        foreach (var edit in list.Edits)
        {
            var solution = new FeatureSolution(new RevisionSources(InputOf(edit), Assets, CancellationToken.None));
            for (var i = 0; i < features.Length; i++)
            {
                if (features[i] is { } feature && Value(feature, solution) is { } value && !AreSame(feature, edit["values"]![i]!, value))
                    differences.Add($"{feature}: {edit["values"]![i]} expected, got {value:R}: {edit["text"]}");
            }
        }

        Assert.NotEmpty(list.Edits);
        Assert.All(features.Zip(list.Types), pair => Assert.Equal(pair.Second, pair.First?.Type.ToString().ToLowerInvariant() ?? pair.Second));
        Assert.Empty(differences);
    }

    [Theory]
    [MemberData(nameof(Supported))]
    public void Every_name_of_a_list_is_known_on_its_wiki(string wiki, string kind)
    {
        var names = GoldenArticles.AllNames.Single(list => list.Wiki == wiki && list.Kind == kind).Names;

        Assert.All(names, name => Assert.NotNull(FeatureList.Find(name, wiki, kind)));
    }

    [Theory]
    [MemberData(nameof(Unsupported))]
    public void A_list_with_an_unsupported_feature_is_rejected_by_the_name_of_the_feature(string wiki, string kind)
    {
        var names = GoldenArticles.AllNames.Single(list => list.Wiki == wiki && list.Kind == kind).Names;

        var error = Assert.Throws<ArgumentException>(() => FeatureList.Of(names, wiki, kind));

        Assert.Contains(names.First(name => FeatureList.Find(name, wiki, kind) is null), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_name_is_another_feature_on_another_wiki()
    {
        Assert.Equal(1, ImagesOf("svwiki", "[[Fil:a.jpg]]"));
        Assert.Equal(0, ImagesOf("nlwiki", "[[Fil:a.jpg]]"));
        Assert.Equal(1, ImagesOf("nlwiki", "[[Afbeelding:a.jpg]]"));
        Assert.Null(FeatureList.Find("feature.revision.image_links", "dewiki"));
        Assert.Null(FeatureList.Find("feature.revision.image_links"));
    }

    private static double ImagesOf(string wiki, string text)
        => new FeatureSolution(new RevisionSources(new RevisionInput { Text = text, Author = RevisionAuthor.Unknown }, Assets, CancellationToken.None)).ValueOf(FeatureList.Find("feature.revision.image_links", wiki)!);

    // Wikibase items of Wikidata, a detector of languages, scores of sentiments, and stems.
    private static bool IsUnsupported(GoldenArticles list) => list.Names.Any(static name => name.Contains(".stemmed.", StringComparison.Ordinal) && !name.Contains("english", StringComparison.Ordinal)) || list.Wiki is "translatewiki" or "wikidatawiki" || list is { Wiki: "enwiki", Kind: "draftquality" };

    // Null if a dictionary is not installed.
    private static double? Value(Feature feature, FeatureSolution solution)
    {
        try
        {
            return solution.ValueOf(feature);
        }
        catch (FileNotFoundException) when (feature.FullName.Contains(".dictionary.", StringComparison.Ordinal))
        {
            return null;
        }
    }

    private static RevisionInput InputOf(JsonNode edit) => new()
    {
        Text = edit["text"]!.GetValue<string>(),
        ParentText = edit["parent_text"]!.GetValue<string>(),
        Comment = edit["comment"]!.GetValue<string>(),
        Namespace = edit["namespace"]!.GetValue<int>(),
        Author = new RevisionAuthor(true, [.. edit["groups"]!.AsArray().Select(static group => group!.GetValue<string>())], null),
    };

    private static bool AreSame(Feature feature, JsonNode expected, double value)
    {
        if (expected.GetValueKind() is JsonValueKind.True or JsonValueKind.False) return value == (expected.GetValue<bool>() ? 1 : 0);
        var number = expected.GetValue<double>();
        return feature.FullName.StartsWith("feature.log(", StringComparison.Ordinal) ? Math.Abs(value - number) <= LogarithmTolerance * Math.Abs(number) : value.Equals(number);
    }
}
