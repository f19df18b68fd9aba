using System.Text.Json.Nodes;
using InferenceServices.Wikitext.Tokens;

namespace InferenceServices.Wikitext.Tests.Tokens;

public sealed class WikitextTokenizerTests
{
    public static TheoryData<string> GoldenTexts => [.. File.ReadLines(GoldenRevisions.PathOf("golden_tokens.jsonl"))];

    [Theory]
    [MemberData(nameof(GoldenTexts))]
    public void Tokens_match_the_Python_library(string line)
    {
        var golden = JsonNode.Parse(line)!;
        var text = WikitextTokenizer.Tokenize(golden["text"]!.GetValue<string>(), CancellationToken.None);

        Assert.Equal(
            golden["tokens"]!.AsArray().Select(token => (token![0]!.GetValue<string>(), token[1]!.GetValue<string>())),
            text.Tokens.ToArray().Select(token => (text.TextOf(token).ToString(), token.Type.ToName())));
    }

    [Theory]
    [InlineData("text", "tokens")]
    [InlineData("parent_text", "parent_tokens")]
    public void Longer_texts_have_the_same_counts_by_type(string textName, string tokensName)
    {
        foreach (var golden in GoldenRevisions.All)
        {
            var text = WikitextTokenizer.Tokenize(golden[textName]?.GetValue<string>() ?? "", CancellationToken.None);

            var counts = text.Tokens.ToArray().CountBy(token => token.Type.ToName()).OrderBy(count => count.Key, StringComparer.Ordinal);
            Assert.Equal(golden[tokensName]!["total"]!.GetValue<int>(), text.Count);
            Assert.Equal(
                golden[tokensName]!["by_type"]!.AsObject().Select(count => KeyValuePair.Create(count.Key, count.Value!.GetValue<int>())).OrderBy(count => count.Key, StringComparer.Ordinal),
                counts);
        }
    }

    [Fact]
    public void Tokens_cover_the_text()
    {
        foreach (var golden in GoldenRevisions.All)
        {
            var text = WikitextTokenizer.Tokenize(golden["text"]?.GetValue<string>() ?? "", CancellationToken.None);

            Assert.Equal(text.Text, string.Concat(text.Tokens.ToArray().Select(token => text.TextOf(token).ToString())));
        }
    }

    [Fact]
    public void Cancellation_stops_reading()
        => Assert.Throws<OperationCanceledException>(() => WikitextTokenizer.Tokenize(string.Concat(Enumerable.Repeat("a ", 10_000)), new CancellationToken(canceled: true)));
}
