using System.Globalization;
using System.Text;
using InferenceServices.Configuration;
using InferenceServices.Explainer;
using InferenceServices.Predictor;
using InferenceServices.Testing;
using InferenceServices.Transformer;

namespace InferenceServices.Functional.Tests.Docs;

public sealed class ConfigurationDocumentTests
{
    private static readonly string Document = Checkout.PathOf("docs/configuration.md");

    [Fact]
    public void The_configuration_page_agrees_with_the_options()
    {
        var expected = Render();
        // UPDATE_DOCS=1 scripts/ci-functional rewrites the page.
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1") File.WriteAllText(Document, expected);

        Assert.Equal(expected, File.ReadAllText(Document));
    }

    private static string Render()
    {
        var servers = new (string Name, IReadOnlyList<Switch> Switches)[]
        {
            ("predictor", PredictorHost.CreateBuilder(["--help"]).GetSwitches().Switches),
            ("transformer", TransformerHost.CreateBuilder(["--help"]).GetSwitches().Switches),
            ("explainer", ExplainerHost.CreateBuilder(["--help"]).GetSwitches().Switches),
        };
        var page = new StringBuilder(
            """
            # Configuration

            Every setting is a switch and an environment variable; the switch takes precedence. Switches follow KServe's server:

            - `--a=b` and `--a b` are equal; a boolean switch needs no value; the last occurrence wins.
            - Unknown switches are ignored with a warning, because KServe's controller may append switches.
            - `HOST`, `PORT`, `HTTP_PORT` and `GRPC_PORT` are ignored with a warning if another program has set them: a host name, or
              a service link of Kubernetes such as `tcp://10.0.0.1:8081`.
            - `--version` prints the versions of the program and of ONNX Runtime.

            This page is generated from the options classes; a test compares them.

            | switch | environment | servers | what |
            | --- | --- | --- | --- |

            """);
        foreach (var known in servers.SelectMany(server => server.Switches).DistinctBy(known => known.Name))
        {
            var names = servers.Where(server => server.Switches.Any(other => other.Name == known.Name)).Select(server => server.Name).ToArray();
            var serverNames = names.Length == servers.Length ? "all" : string.Join(", ", names);
            page.Append(CultureInfo.InvariantCulture, $"| `--{known.Name}` | {(known.EnvironmentVariable is { } variable ? $"`{variable}`" : "")} | {serverNames} | {known.Help.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }
        return page.ToString();
    }
}
