using System.IO.Compression;
using System.Text.Json.Nodes;
using InferenceServices.Testing;

namespace InferenceServices.RevisionFeatures.Tests;

/// <summary>Edits of a wiki with features of the original library; written by <c>wikis/make</c>. WIKI_ARTICLES names a longer file.</summary>
/// <param name="Wiki">Database name.</param>
/// <param name="Kind">Kind of model or package.</param>
/// <param name="Names">Names of the features.</param>
/// <param name="Types">Types of the features: bool, int or float.</param>
/// <param name="Edits">Edits with their values.</param>
internal sealed record GoldenArticles(string Wiki, string Kind, IReadOnlyList<string> Names, IReadOnlyList<string> Types, IReadOnlyList<JsonNode> Edits)
{
    private const string Folder = "tests/RevisionFeatures.Tests/wikis";

    private static readonly Lazy<IReadOnlyList<GoldenArticles>> Lists = new(static () => Read(Environment.GetEnvironmentVariable("WIKI_ARTICLES") ?? Checkout.PathOf($"{Folder}/articles.jsonl.gz")));

    private static readonly Lazy<IReadOnlyList<GoldenArticles>> NamesOfLists = new(static () => Read(Checkout.PathOf($"{Folder}/names.jsonl.gz")));

    public static IReadOnlyList<GoldenArticles> All => Lists.Value;

    /// <summary>Gets the names of all lists of editquality, articlequality and draftquality, without edits.</summary>
    public static IReadOnlyList<GoldenArticles> AllNames => NamesOfLists.Value;

    private static List<GoldenArticles> Read(string path)
    {
        using var lines = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        var lists = new List<GoldenArticles>();
        List<JsonNode> edits = [];
        while (lines.ReadLine() is { } line)
        {
            var json = JsonNode.Parse(line)!;
            if (json["wiki"] is null) edits.Add(json);
            else lists.Add(new(json["wiki"]!.GetValue<string>(), json["kind"]!.GetValue<string>(), TextsOf(json["names"]), TextsOf(json["types"]), edits = []));
        }
        return lists;
    }

    private static string[] TextsOf(JsonNode? array) => [.. (array?.AsArray() ?? []).Select(static item => item!.GetValue<string>())];
}
