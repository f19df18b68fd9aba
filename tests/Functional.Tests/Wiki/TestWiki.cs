using System.Diagnostics;
using InferenceServices.Functional.Tests.Clients;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Wiki;

/// <summary>A real MediaWiki on loopback with the pages of <c>tests/Wiki/world.json</c>, in a separate copy.</summary>
internal sealed class TestWiki : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly string _processGroup;

    private TestWiki(TemporaryFolder folder, Uri url, string processGroup) => (_folder, Url, _processGroup) = (folder, url, processGroup);

    /// <summary>Value for <c>--wiki_url</c>.</summary>
    public Uri Url { get; }

    public static async Task<TestWiki> StartAsync()
    {
        var folder = TemporaryFolder.Of();
        // The wiki runs in its own process group; only the output of the script is awaited.
        var start = new ProcessStartInfo(Checkout.PathOf("tests/Wiki/up"), [folder.Path]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(RunningServer.Guard);
        if (line?.Split(' ') is ["READY", var url, var group]) return new TestWiki(folder, new Uri(url), group);
        folder.Dispose();
        throw new InvalidOperationException($"The wiki did not start: {line}");
    }

    public async ValueTask DisposeAsync()
    {
        await ClientProgram.RunAsync("kill", ["-9", "--", $"-{_processGroup}"]);
        _folder.Dispose();
    }
}
