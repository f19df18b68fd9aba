using System.Diagnostics;
using System.Globalization;
using InferenceServices.Testing;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.EventGate.Tests;

// A starting process shares the files and file locks of its parent for a moment.
[Collection(nameof(KilledProcess))]
public sealed class KilledProcessTests
{
    [Fact]
    public async Task A_killed_process_loses_no_posted_event_and_duplicates_have_the_same_id()
    {
        using var folder = TemporaryFolder.Of();
        // Occasional failures, so that events accumulate.
        await using var gate = await ScriptedEventGate.StartAsync((_, number) => Results.StatusCode(number % 3 == 1 ? 503 : 201));
        var posted = await PostAndKillAsync(gate.Url, folder.Path, least: 500);
        var before = gate.Taken.ToHashSet();
        Assert.NotEmpty(File.ReadAllBytes(folder.Below("journal.jsonl")));

        await using var next = await RunningOutbox.StartAsync(gate.Url, ("eventgate_outbox_dir", folder.Path));
        await gate.UntilAsync(() => Enumerable.Range(0, posted).All(number => gate.Taken.Contains(NameOf(number))));

        // The journal is empty now; at most one batch was delivered twice.
        await next.StopAsync();
        Assert.Equal("eventgate_waiting{} 0", next.Meters.Observe()[0]);
        Assert.InRange(gate.Taken.Count - gate.Taken.Distinct().Count(), 0, 100);
        Assert.All(gate.Requests.SelectMany(request => request.Events), content => Assert.Equal(ScriptedEventGate.IdOf(content), NameOf(ScriptedEventGate.NumberOf(content))));
        Assert.True(before.Count < posted);
    }

    private static string NameOf(int number) => $"id-{number}";

    private static async Task<int> PostAndKillAsync(string url, string directory, int least)
    {
        var start = new ProcessStartInfo(Path.ChangeExtension(typeof(KilledProcessTests).Assembly.Location, null), [Program.PostEvents, url, directory]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var last = -1;
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(ScriptedEventGate.Guard) is { } line)
        {
            last = int.Parse(line, CultureInfo.InvariantCulture);
            // SIGKILL.
            if (last == least) process.Kill();
        }
        await process.WaitForExitAsync().WaitAsync(ScriptedEventGate.Guard);
        Assert.True(last >= least, $"The process ended by itself after {last}.");
        return last + 1;
    }
}
