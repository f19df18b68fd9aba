using InferenceServices.Wikitext.Parsing;

namespace InferenceServices.Wikitext.Tests.Parsing;

public sealed class WikitextParserTests
{
    [Fact]
    public void Nodes_match_the_Python_library()
    {
        foreach (var golden in GoldenRevisions.All)
        {
            var document = WikitextParser.Parse(golden["text"]?.GetValue<string>() ?? "", CancellationToken.None);
            var parsed = golden["parsed"]!;

            foreach (var kind in Enum.GetValues<WikitextNodeKind>())
            {
                var name = kind == WikitextNodeKind.HtmlEntity ? "HTMLEntity" : kind.ToString();
                Assert.Equal(parsed["nodes"]![name]?.GetValue<int>() ?? 0, document.CountOf(kind));
            }
            Assert.Equal(parsed["template_names"]!.AsArray().Select(name => name!.GetValue<string>()), Names(document, WikitextNodeKind.Template));
            Assert.Equal(parsed["wikilink_titles"]!.AsArray().Select(name => name!.GetValue<string>()), Names(document, WikitextNodeKind.Wikilink));
            Assert.Equal(
                parsed["tags"]!.AsObject().Select(tag => KeyValuePair.Create(tag.Key, tag.Value!.GetValue<int>())).OrderBy(tag => tag.Key, StringComparer.Ordinal),
                Names(document, WikitextNodeKind.Tag).CountBy(name => name).OrderBy(tag => tag.Key, StringComparer.Ordinal));
            Assert.Equal(parsed["content"]!.GetValue<string>(), document.StripCode());
        }
    }

    // Reference output of mwparserfromhell.
    [Theory]
    [InlineData("{{e|{{|=}}", "e", "Template 1")]
    [InlineData("{{{{a}}|x}}", "{{a}},a", "Template 2")]
    [InlineData("{{{1|{{b}}}}}", "b", "Template 1,Argument 1")]
    [InlineData("== a == b", "", "Heading 1")]
    [InlineData("'''a''b'''", "", "Tag 1")]
    [InlineData("x http://a.b/(c). [//d e] [[f]]", "", "Wikilink 1,ExternalLink 2")]
    [InlineData("<ref name=\"a>b\" />", "", "Tag 1")]
    [InlineData("<div\nid=x></div>", "", "")]
    [InlineData("{|\n|-\n! a || b\n|}", "", "Tag 4")]
    [InlineData("* a\n;b:c", "", "Tag 3")]
    [InlineData("&amp;&#x41;&nonsense;&apos;", "", "HtmlEntity 2")]
    [InlineData("<!-- a --><!-- b", "", "Comment 1")]
    public void Edge_cases_match_the_Python_library(string text, string templates, string counts)
    {
        var document = WikitextParser.Parse(text, CancellationToken.None);

        Assert.Equal(templates, string.Join(',', Names(document, WikitextNodeKind.Template)));
        Assert.Equal(
            counts, string.Join(',', Enum.GetValues<WikitextNodeKind>().Where(kind => document.CountOf(kind) > 0).Select(kind => $"{kind} {document.CountOf(kind)}")));
    }

    [Fact]
    public void Cancellation_stops_reading()
        => Assert.Throws<OperationCanceledException>(() => WikitextParser.Parse(string.Concat(Enumerable.Repeat("[[a]] ", 10_000)), new CancellationToken(canceled: true)));

    private static List<string> Names(WikitextDocument document, WikitextNodeKind kind) => [.. document.Of(kind).Select(node => node.Name.ToString())];
}
