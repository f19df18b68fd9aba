using System.Globalization;
using System.Text.RegularExpressions;
using Grpc.Core;
using InferenceServices.ModelServer.Grpc;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Docs;

public sealed partial class ErrorsDocumentTests
{
    [Fact]
    public void The_errors_page_lists_exactly_the_codes_of_the_servers()
    {
        var sources = Directory.GetFiles(Checkout.PathOf("src/Contracts/Errors"), "*.cs")
            .Concat(Directory.GetFiles(Checkout.PathOf("src/ModelServer/Errors"), "*.cs"));
        var sent = sources.SelectMany(file => SentCode().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value).Order().Distinct();

        var listed = ListedCode().Matches(File.ReadAllText(Checkout.PathOf("docs/errors.md"))).Select(match => match.Groups[1].Value).Order().Distinct();

        Assert.Equal(sent, listed);
    }

    [Fact]
    public void The_errors_page_has_the_gRPC_status_of_each_code()
    {
        var rows = ListedStatus().Matches(File.ReadAllText(Checkout.PathOf("docs/errors.md")));

        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.Equal(NameOf(CallInterceptor.CodeOf(int.Parse(row.Groups[1].Value, CultureInfo.InvariantCulture))), row.Groups[3].Value));
    }

    // Names of the gRPC specification.
    private static string NameOf(StatusCode status) => string.Concat(status.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? $"_{c}" : $"{char.ToUpperInvariant(c)}"));

    // In these folders, a code is the only literal that consists of one snake-case word.
    [GeneratedRegex("\"([a-z]+(?:_[a-z]+)+)\"")]
    private static partial Regex SentCode();

    // In gRPC an unknown path is an unknown method, which has its own status.
    [GeneratedRegex(@"^\| (\d+) \| `(?!not_found)([a-z_]+)` \| `([A-Z_]+)` \|", RegexOptions.Multiline)]
    private static partial Regex ListedStatus();

    [GeneratedRegex(@"^\| [^|]+ \| `([a-z_]+)` \|", RegexOptions.Multiline)]
    private static partial Regex ListedCode();
}
