using System.IO.Compression;
using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using InferenceServices.RevisionFeatures;

namespace InferenceServices.Benchmarks;

/// <summary>The features of an edit: one word in 20,000 characters of wikitext, and in 500,000.</summary>
public class RevisionFeatureBenchmarks
{
    private static readonly LanguageAssets English = new(LanguageAssets.DefaultHunspellDirectory);

    private RevisionInput _typical = null!;
    private RevisionInput _large = null!;

    [GlobalSetup]
    public void Prepare()
    {
        _typical = EditOf(20_000);
        _large = EditOf(500_000);
    }

    [Benchmark]
    public double[] NineOfATypicalEdit() => ValuesOf(FeatureList.Reverted, _typical);

    [Benchmark]
    public double[] EightyOfATypicalEdit() => ValuesOf(FeatureList.Damaging, _typical);

    [Benchmark]
    public double[] FortyTwoOfATypicalArticle() => ValuesOf(FeatureList.ArticleQuality, _typical);

    [Benchmark]
    public double[] NineOfALargeEdit() => ValuesOf(FeatureList.Reverted, _large);

    [Benchmark]
    public double[] EightyOfALargeEdit() => ValuesOf(FeatureList.Damaging, _large);

    private static double[] ValuesOf(FeatureList list, RevisionInput revision)
        => list.ValuesOf(new FeatureSolution(new RevisionSources(revision, English, CancellationToken.None)));

    private static RevisionInput EditOf(int chars)
    {
        var text = Wikitext(chars);
        var middle = text.IndexOf(' ', chars / 2);
        return new RevisionInput { ParentText = text, Text = $"{text[..middle]} poop{text[middle..]}", Author = RevisionAuthor.Anonymous, Comment = "/* History */ more" };
    }

    // Paragraphs of real articles, with words replaced so that each paragraph is unique.
    private static string Wikitext(int chars)
    {
        using var lines = new StreamReader(new GZipStream(
            File.OpenRead(Repository.Path("tests/RevisionFeatures.Tests/fixtures/golden_features.jsonl.gz")), CompressionMode.Decompress));
        var paragraphs = new List<string>();
        while (lines.ReadLine() is { } line)
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.GetProperty("category").GetString()!.StartsWith("large", StringComparison.Ordinal))
                paragraphs.AddRange(json.RootElement.GetProperty("text").GetString()!.Split("\n\n"));
        }
        string[] words = [.. paragraphs.SelectMany(paragraph => paragraph.Split(' ')).Where(word => word.Length > 3 && word.All(char.IsAsciiLetter))];
        var random = new Random(1);
        var text = new StringBuilder();
        while (text.Length < chars)
        {
            foreach (var word in paragraphs[random.Next(paragraphs.Count)].Split(' '))
                text.Append(word.Length > 3 && word.All(char.IsAsciiLetter) && random.Next(3) == 0 ? words[random.Next(words.Length)] : word).Append(' ');
            text.Append("\n\n");
        }
        return text.ToString(0, chars);
    }
}
