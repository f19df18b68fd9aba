using InferenceServices.Wikitext.Differences;
using InferenceServices.Wikitext.Tokens;

namespace InferenceServices.Wikitext.Tests.Differences;

public sealed class WikitextDiffTests
{
    [Fact]
    public void Operations_match_the_Python_library()
    {
        foreach (var golden in GoldenRevisions.All)
        {
            var operations = Between(golden["parent_text"]?.GetValue<string>() ?? "", golden["text"]?.GetValue<string>() ?? "");

            Assert.Equal(
                golden["diff"]!["ops"]!.AsArray().Select(operation => string.Join(' ', operation!.AsArray())),
                operations.Select(operation => string.Create(
                    System.Globalization.CultureInfo.InvariantCulture,
                    $"{operation.Kind.ToString().ToLowerInvariant()} {operation.ParentStart} {operation.ParentEnd} {operation.RevisionStart} {operation.RevisionEnd}")));
        }
    }

    [Fact]
    public void A_moved_paragraph_is_neither_inserted_nor_deleted()
    {
        var operations = Between("One is here now.\n\nTwo is there then.", "Two is there then.\n\nOne is here now.");

        Assert.DoesNotContain(operations, operation => operation.Kind == DiffOperationKind.Insert && operation.RevisionEnd - operation.RevisionStart > 1);
    }

    [Fact]
    public void Cancellation_stops_the_diff()
    {
        var parent = WikitextTokenizer.Tokenize(string.Join(' ', Enumerable.Range(0, 5_000).Select(number => $"a{number % 70}")), CancellationToken.None);
        var revision = WikitextTokenizer.Tokenize(string.Join(' ', Enumerable.Range(0, 5_000).Select(number => $"a{number % 71}")), CancellationToken.None);

        Assert.Throws<OperationCanceledException>(() => WikitextDiff.Between(parent, revision, new CancellationToken(canceled: true)));
    }

    private static IReadOnlyList<DiffOperation> Between(string parent, string revision)
        => WikitextDiff.Between(
            WikitextTokenizer.Tokenize(parent, CancellationToken.None), WikitextTokenizer.Tokenize(revision, CancellationToken.None), CancellationToken.None);
}
