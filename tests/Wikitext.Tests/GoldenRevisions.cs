using System.IO.Compression;
using System.Text.Json.Nodes;
using InferenceServices.Testing;

namespace InferenceServices.Wikitext.Tests;

/// <summary>Texts with reference output of revscoring's libraries: the fixtures in this folder and in tests/RevisionFeatures.Tests.</summary>
internal static class GoldenRevisions
{
    private static readonly Lazy<IReadOnlyList<JsonNode>> Revisions = new(Read);

    /// <summary>Two hundred edits.</summary>
    public static IReadOnlyList<JsonNode> All => Revisions.Value;

    public static string PathOf(string fixture) => Checkout.PathOf(Path.Combine("tests", "Wikitext.Tests", "fixtures", fixture));

    private static List<JsonNode> Read()
    {
        var path = Checkout.PathOf(Path.Combine("tests", "RevisionFeatures.Tests", "fixtures", "golden_features.jsonl.gz"));
        using var lines = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        var revisions = new List<JsonNode>();
        while (lines.ReadLine() is { } line) revisions.Add(JsonNode.Parse(line)!);
        return revisions;
    }
}
