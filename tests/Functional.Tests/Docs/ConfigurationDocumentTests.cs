using System.Globalization;
using System.Text;
using InferenceServices.Explainer;
using InferenceServices.ModelServer.Hosting;
using InferenceServices.Predictor;
using InferenceServices.Testing;
using InferenceServices.Transformer;

namespace InferenceServices.Functional.Tests.Docs;

public sealed class ConfigurationDocumentTests
{
    private static readonly string Document = Checkout.PathOf("docs/configuration.md");

    [Fact]
    public void The_configuration_page_says_what_the_options_say()
    {
        var expected = Render();
        // What is compared with it is also what writes it: UPDATE_DOCS=1 scripts/ci-functional.
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1") File.WriteAllText(Document, expected);

        Assert.Equal(expected, File.ReadAllText(Document));
    }

    private static string Render()
    {
        var servers = new (string Name, IReadOnlyList<Switch> Switches)[]
        {
            ("predictor", Switch.Of(PredictorHost.OptionTypes)),
            ("transformer", Switch.Of(TransformerHost.OptionTypes)),
            ("explainer", Switch.Of(ExplainerHost.OptionTypes)),
        };
        var page = new StringBuilder(
            """
            # Configuration

            Every setting is a switch and an environment variable; the switch wins. Switches are read as KServe's server reads them: `--a=b` and `--a b`, a truth
            switch may stand alone, the last one wins, and what a server does not know is ignored, because KServe's controller appends switches blindly.
            This page is generated from the options classes and compared with them by a test.

            | switch | environment | servers | what |
            | --- | --- | --- | --- |

            """);
        foreach (var known in servers.SelectMany(server => server.Switches).DistinctBy(known => known.Name))
        {
            var names = servers.Where(server => server.Switches.Any(other => other.Name == known.Name)).Select(server => server.Name).ToArray();
            var who = names.Length == servers.Length ? "all" : string.Join(", ", names);
            page.Append(CultureInfo.InvariantCulture, $"| `--{known.Name}` | {(known.EnvironmentVariable is { } variable ? $"`{variable}`" : "")} | {who} | {known.Help.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }
        return page.ToString();
    }
}
