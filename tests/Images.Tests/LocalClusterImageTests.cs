using InferenceServices.Testing;

namespace InferenceServices.Images.Tests;

/// <summary>Compares <c>isvc up --containers</c> with <c>isvc up</c>.</summary>
public sealed class LocalClusterImageTests
{
    [Fact]
    public async Task Processes_and_containers_give_the_same_responses()
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
            await using var cluster = await RunningCluster.StartAsync("deploy/services/langid.yaml", switches, variables);
            string[] answers = [await cluster.PostAsync("v1/models/langid:predict", Text), await cluster.PostAsync("v1/models/langid:explain", Text), await cluster.PostAsync("v1/models/langid:predict", "{}")];
            Assert.True(await cluster.StopAsync() == 0, cluster.Lines);
            return answers;
        }
    }
}
