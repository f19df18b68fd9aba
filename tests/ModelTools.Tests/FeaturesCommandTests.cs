using System.IO.Compression;
using System.Text.Json.Nodes;
using InferenceServices.Testing;

namespace InferenceServices.ModelTools.Tests;

public sealed class FeaturesCommandTests : IDisposable
{
    private readonly TemporaryFolder _directory = new();
    private readonly StringWriter _output = new(), _error = new();

    public void Dispose()
    {
        _directory.Dispose();
        _output.Dispose();
        _error.Dispose();
    }

    [Theory]
    [InlineData("reverted", "features")]
    [InlineData("damaging", "damaging")]
    [InlineData("wp10", "wp10")]
    public void Features_equal_those_of_the_golden_file(string list, string golden)
    {
        var lines = Golden().Take(20).ToArray();
        var file = _directory.Write("revisions.jsonl", System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines)));

        Assert.Equal(0, IsvcProgram.Run(["features", file, "--list", list], _output, _error));

        var found = _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(lines.Length, found.Length);
        for (var i = 0; i < lines.Length; i++)
        {
            var expected = JsonNode.Parse(lines[i])![golden]!.AsObject();
            // Compares the text too: 3.0 is a float, 3 an int.
            Assert.Equal(
                expected.Where(feature => !feature.Key.Contains("log(", StringComparison.Ordinal)).Select(feature => $"{feature.Key} {feature.Value!.ToJsonString()}"),
                JsonNode.Parse(found[i])!.AsObject().Where(feature => !feature.Key.Contains("log(", StringComparison.Ordinal)).Select(feature => $"{feature.Key} {feature.Value!.ToJsonString()}"));
        }
    }

    [Fact]
    public void Tokens_are_pairs_of_text_and_type()
    {
        var file = _directory.Write("revisions.jsonl", "{\"text\":\"[[caf\u00E9]] \U0001F600\"}"u8.ToArray());

        Assert.Equal(0, IsvcProgram.Run(["features", file, "--tokens"], _output, _error));

        var tokens = JsonNode.Parse(_output.ToString())!.AsArray();
        Assert.Equal(["[[ dbrack_open", "caf\u00E9 word", "]] dbrack_close", "  whitespace", "\U0001F600 etc"], tokens.Select(token => $"{token![0]} {token[1]}"));
    }

    [Theory]
    [InlineData("not json", "line 1 is not a revision")]
    [InlineData("[]", "line 1 is not a revision: expected an object")]
    [InlineData("""{"text":5}""", "expected \"text\" to be a string")]
    [InlineData("""{"text":"","timestamp":"yesterday"}""", "expected \"timestamp\" to be a time such as 2015-01-31T23:59:59Z")]
    [InlineData("""{"text":"","user":{"groups":"bot"}}""", "expected \"user.groups\" to be an array of names")]
    [InlineData("""{"text":"\ud800"}""", "line 1 is not a revision")]
    public void An_invalid_line_is_reported_in_one_sentence_with_exit_code_1(string line, string sentence)
    {
        var file = _directory.Write("revisions.jsonl", System.Text.Encoding.UTF8.GetBytes(line));

        Assert.Equal(1, IsvcProgram.Run(["features", file], _output, _error));

        Assert.Contains(sentence, _error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", _error.ToString(), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Golden()
    {
        var path = Checkout.PathOf(Path.Combine("tests", "RevisionFeatures.Tests", "fixtures", "golden_features.jsonl.gz"));
        using var lines = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (lines.ReadLine() is { } line) yield return line;
    }
}
