using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.StorageInitializer.Tests;

/// <summary>Either all files of a model are published, or none.</summary>
public sealed class StagingTests
{
    // Object stores have names without folders, so that all of these can exist together.
    [Theory]
    [InlineData("config", "config/a.json", "a file below a file: config/a.json below config")]
    [InlineData("b/config/a.json", "b/config", "a file below a file: b/config/a.json below b/config")]
    [InlineData("x/a", "x//a", "Two files have the path x//a")]
    [InlineData("x", "x", "Two files have the path x;")]
    public async Task Conflicting_names_are_rejected_before_the_download(string first, string second, string sentence)
    {
        await using var hub = await StartHubAsync("1/model.onnx", first, second, "z");
        using var run = new Run(("HF_ENDPOINT", hub.Address));

        await run.FailsAsync("hf://owner/model", FailureCategory.Archive, sentence);

        Assert.DoesNotContain(hub.Requests, request => request.Contains("/resolve/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("z", "z/existing", "The file z cannot be published: a folder of that name exists.")]
    [InlineData("z/a", "z", "The file z/a cannot be published: its folder z is a file.")]
    public async Task A_blocked_path_leaves_the_destination_unchanged(string file, string existing, string sentence)
    {
        await using var hub = await StartHubAsync("1/model.onnx", file);
        using var run = new Run(("HF_ENDPOINT", hub.Address));
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(run.Destination, existing))!);
        File.WriteAllText(Path.Combine(run.Destination, existing), "mine");

        Assert.Equal((int)FailureCategory.Disk, await run.FetchAsync("hf://owner/model"));

        Assert.Contains(sentence, run.LastLine, StringComparison.Ordinal);
        Assert.Equal([existing], run.Files);
        Assert.Equal("mine"u8.ToArray(), run.Read(existing));
    }

    [Fact]
    public async Task A_model_replaces_an_older_one()
    {
        await using var hub = await StartHubAsync("1/model.onnx", "labels.txt");
        using var run = new Run(("HF_ENDPOINT", hub.Address));
        Directory.CreateDirectory(Path.Combine(run.Destination, "1"));
        File.WriteAllText(Path.Combine(run.Destination, "1", "model.onnx"), "older");

        await run.FetchesAsync("hf://owner/model", ("1/model.onnx", "1/model.onnx"u8.ToArray()), ("labels.txt", "labels.txt"u8.ToArray()));
    }

    /// <summary>Starts a hub whose files contain their own names.</summary>
    private static Task<WebStore> StartHubAsync(params string[] names) => WebStore.StartAsync(http
        => http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal)
            ? http.Response.WriteAsync(JsonSerializer.Serialize(new { sha = "c0ffee", siblings = names.Select(name => new { rfilename = name, size = name.Length }) }))
            : WebStore.SendAsync(http, System.Text.Encoding.UTF8.GetBytes(http.Request.Path.Value!["/owner/model/resolve/c0ffee/".Length..])));
}
