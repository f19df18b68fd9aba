using InferenceServices.Testing;

namespace InferenceServices.Images.Tests;

/// <summary><c>isvc up --containers</c> beside <c>isvc up</c>.</summary>
public sealed class SandboxImageTests
{
    [Fact]
    public async Task A_manifest_gives_the_same_answers_as_processes_and_as_containers()
    {
        const string Text = """{"text":"Això és una prova del servei d'identificació de llengües."}""";
        var files = Directory.GetFiles(TestData.LangIdModel).Select(file => ($"langid/lid.176/{Path.GetFileName(file)}", File.ReadAllBytes(file)));
        using var store = await S3Store.StartAsync("wmf-ml-models", files);

        var processes = await AnswersAsync([], S3Store.Credentials(store.Address));
        var containers = await AnswersAsync(
            ["--containers"],
            [.. S3Store.Credentials(store.Address), .. Tool.Of("").Environment.Where(variable => variable.Key.StartsWith("CONTAINERS_", StringComparison.Ordinal)).Select(variable => (variable.Key, variable.Value!))]);

        Assert.Contains("\"wikicode\":\"ca\"", processes[0], StringComparison.Ordinal);
        Assert.Contains("\"attribution\":", processes[1], StringComparison.Ordinal);
        Assert.Equal(processes, containers);

        async Task<string[]> AnswersAsync(string[] switches, (string, string)[] variables)
        {
            await using var sandbox = await RunningSandbox.StartAsync("deploy/services/langid.yaml", switches, variables);
            string[] answers = [await sandbox.PostAsync("v1/models/langid:predict", Text), await sandbox.PostAsync("v1/models/langid:explain", Text), await sandbox.PostAsync("v1/models/langid:predict", "{}")];
            Assert.True(await sandbox.StopAsync() == 0, sandbox.Lines);
            return answers;
        }
    }
}
