using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.StorageInitializer.Tests;

/// <summary>All files of a model get their places, or none does.</summary>
public sealed class PlacementTests
{
    // An object store has names, not folders: all of these can be there at once.
    [Theory]
    [InlineData("config", "config/a.json", "a file below a file: config/a.json below config")]
    [InlineData("b/config/a.json", "b/config", "a file below a file: b/config/a.json below b/config")]
    [InlineData("x/a", "x//a", "Two files would be x//a")]
    [InlineData("x", "x", "Two files would be x;")]
    public async Task Names_that_no_disk_can_hold_together_are_refused_before_anything_is_fetched(string first, string second, string sentence)
    {
        await using var hub = await StartHubAsync("1/model.onnx", first, second, "z");
        using var run = new Run(("HF_ENDPOINT", hub.Address));

        await run.FailsAsync("hf://owner/model", FailureCategory.Archive, sentence);

        Assert.DoesNotContain(hub.Requests, request => request.Contains("/resolve/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("z", "z/there", "The file z cannot be put into place: a folder of that name is there.")]
    [InlineData("z/a", "z", "The file z/a cannot be put into place: a file is where its folder z should be.")]
    public async Task What_is_in_the_way_leaves_the_destination_as_it_was(string file, string there, string sentence)
    {
        await using var hub = await StartHubAsync("1/model.onnx", file);
        using var run = new Run(("HF_ENDPOINT", hub.Address));
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(run.Destination, there))!);
        File.WriteAllText(Path.Combine(run.Destination, there), "mine");

        Assert.Equal((int)FailureCategory.Disk, await run.FetchAsync("hf://owner/model"));

        Assert.Contains(sentence, run.LastLine, StringComparison.Ordinal);
        Assert.Equal([there], run.Files);
        Assert.Equal("mine"u8.ToArray(), run.Read(there));
    }

    [Fact]
    public async Task A_model_is_put_over_the_one_that_was_there()
    {
        await using var hub = await StartHubAsync("1/model.onnx", "labels.txt");
        using var run = new Run(("HF_ENDPOINT", hub.Address));
        Directory.CreateDirectory(Path.Combine(run.Destination, "1"));
        File.WriteAllText(Path.Combine(run.Destination, "1", "model.onnx"), "older");

        await run.FetchesAsync("hf://owner/model", ("1/model.onnx", "1/model.onnx"u8.ToArray()), ("labels.txt", "labels.txt"u8.ToArray()));
    }

    /// <summary>A hub whose files hold their own names.</summary>
    private static Task<WebStore> StartHubAsync(params string[] names) => WebStore.StartAsync(http
        => http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal)
            ? http.Response.WriteAsync(JsonSerializer.Serialize(new { sha = "c0ffee", siblings = names.Select(name => new { rfilename = name, size = name.Length }) }))
            : WebStore.SendAsync(http, System.Text.Encoding.UTF8.GetBytes(http.Request.Path.Value!["/owner/model/resolve/c0ffee/".Length..])));
}
