using System.Globalization;
using System.Text.RegularExpressions;
using Grpc.Core;
using InferenceServices.ModelServer.Grpc;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Docs;

public sealed partial class ErrorsDocumentTests
{
    [Fact]
    public void The_errors_page_lists_every_code_the_servers_send_and_no_other()
    {
        var sources = Directory.GetFiles(Checkout.PathOf("src/Contracts/Errors"), "*.cs")
            .Concat(Directory.GetFiles(Checkout.PathOf("src/ModelServer/Errors"), "*.cs"));
        var sent = sources.SelectMany(file => SentCode().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value).Order().Distinct();

        var listed = ListedCode().Matches(File.ReadAllText(Checkout.PathOf("docs/errors.md"))).Select(match => match.Groups[1].Value).Order().Distinct();

        Assert.Equal(sent, listed);
    }

    [Fact]
    public void The_errors_page_tells_the_status_each_has_over_grpc()
    {
        var rows = ListedStatus().Matches(File.ReadAllText(Checkout.PathOf("docs/errors.md")));

        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.Equal(NameOf(CallInterceptor.CodeOf(int.Parse(row.Groups[1].Value, CultureInfo.InvariantCulture))), row.Groups[3].Value));
    }

    // As the specification writes it.
    private static string NameOf(StatusCode status) => string.Concat(status.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? $"_{c}" : $"{char.ToUpperInvariant(c)}"));

    // A code is the only snake-case literal that stands alone in these folders.
    [GeneratedRegex("\"([a-z]+(?:_[a-z]+)+)\"")]
    private static partial Regex SentCode();

    // No path is no method in gRPC, which has its own word for it.
    [GeneratedRegex(@"^\| (\d+) \| `(?!not_found)([a-z_]+)` \| `([A-Z_]+)` \|", RegexOptions.Multiline)]
    private static partial Regex ListedStatus();

    [GeneratedRegex(@"^\| [^|]+ \| `([a-z_]+)` \|", RegexOptions.Multiline)]
    private static partial Regex ListedCode();
}
