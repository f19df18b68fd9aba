using InferenceServices.Functional.Tests.Conformance;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Clients;

/// <summary>Spectral's rules for OpenAPI against the document of each server; a hint is a failure.</summary>
[Collection(nameof(Executables))]
public sealed class SpectralTests(Executables executables)
{
    [Fact(Skip = TestClients.NodeAndLangIdModelMissing, SkipUnless = nameof(TestClients.HasNodeAndLangIdModel), SkipType = typeof(TestClients))]
    public async Task The_OpenAPI_documents_have_no_findings()
    {
        using var folder = new TemporaryFolder();
        var documents = new List<string>();
        foreach (var executable in Enum.GetValues<Executable>())
        {
            var description = (await executables.Of(executable).Server.GetAsync("/openapi.json")).AssertOk().Body;
            documents.Add(folder.Write($"{executable}.json", description));
        }

        // One process for all documents: its start takes longest.
        var run = await ClientProgram.RunAsync(
            Path.Combine(TestClients.Packages, ".bin/spectral"),
            ["lint", .. documents, "--ruleset", TestClients.ScriptOf("node/spectral.yaml"), "--fail-severity", "hint", "--quiet"]);

        run.AssertSuccess();
    }
}
