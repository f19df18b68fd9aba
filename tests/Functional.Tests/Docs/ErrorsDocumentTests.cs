using System.Text.RegularExpressions;
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

    // A code is the only snake-case literal that stands alone in these folders.
    [GeneratedRegex("\"([a-z]+(?:_[a-z]+)+)\"")]
    private static partial Regex SentCode();

    [GeneratedRegex(@"^\| [^|]+ \| `([a-z_]+)` \|", RegexOptions.Multiline)]
    private static partial Regex ListedCode();
}
