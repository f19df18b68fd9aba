using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;
using InferenceServices.Testing;

namespace InferenceServices.RevisionFeatures.Tests;

/// <summary>A revision with reference output of revscoring; <c>fixtures/golden_features.jsonl.gz</c>.</summary>
/// <param name="Id">Id, such as <c>g004</c>.</param>
/// <param name="Input">The revision.</param>
/// <param name="Json">The complete fixture.</param>
internal sealed record GoldenRevision(string Id, RevisionInput Input, JsonNode Json)
{
    private static readonly Lazy<IReadOnlyList<GoldenRevision>> Revisions = new(Read);

    public static IReadOnlyList<GoldenRevision> All => Revisions.Value;

    public static string PathOf(string fixture) => Checkout.PathOf(Path.Combine("tests", "RevisionFeatures.Tests", "fixtures", fixture));

    private static List<GoldenRevision> Read()
    {
        using var lines = new StreamReader(new GZipStream(File.OpenRead(PathOf("golden_features.jsonl.gz")), CompressionMode.Decompress));
        var revisions = new List<GoldenRevision>();
        while (lines.ReadLine() is { } line) revisions.Add(Of(JsonNode.Parse(line)!));
        return revisions;
    }

    private static GoldenRevision Of(JsonNode json)
    {
        var user = json["user"]!;
        var author = new RevisionAuthor(
            user["anon"]!.GetValue<bool>(), [.. (user["groups"]?.AsArray() ?? []).Select(group => group!.GetValue<string>())], TimeOf(user["registration"]));
        return new GoldenRevision(json["id"]!.GetValue<string>(), new RevisionInput
        {
            Text = json["text"]?.GetValue<string>(),
            ParentText = json["parent_text"]?.GetValue<string>(),
            Author = author,
            Timestamp = TimeOf(json["timestamp"])!.Value,
            Comment = json["comment"]?.GetValue<string>(),
            Namespace = json["namespace"]!.GetValue<int>(),
        }, json);
    }

    private static DateTimeOffset? TimeOf(JsonNode? json)
        => json is null ? null : DateTimeOffset.Parse(json.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
