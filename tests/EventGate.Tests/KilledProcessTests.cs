using System.Diagnostics;
using System.Globalization;
using InferenceServices.Testing;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.EventGate.Tests;

// A process that is just being started shares its parent's files, and locks on them, for a moment.
[Collection(nameof(KilledProcess))]
public sealed class KilledProcessTests
{
    [Fact]
    public async Task A_process_that_is_killed_loses_nothing_that_was_posted_and_sends_repetitions_with_the_same_id()
    {
        using var folder = TemporaryFolder.Of();
        // Slowly enough that much waits, and with trouble now and then.
        await using var gate = await ScriptedEventGate.StartAsync((_, number) => Results.StatusCode(number % 3 == 1 ? 503 : 201));
        var posted = await PostAndKillAsync(gate.Url, folder.Path, least: 500);
        var before = gate.Taken.ToHashSet();
        Assert.NotEmpty(File.ReadAllBytes(folder.Below("journal.jsonl")));

        await using var next = await RunningOutbox.StartAsync(gate.Url, ("eventgate_outbox_dir", folder.Path));
        await gate.UntilAsync(() => Enumerable.Range(0, posted).All(number => gate.Taken.Contains(NameOf(number))));

        // The journal is empty by now: what had arrived before was at most one batch of it.
        await next.StopAsync();
        Assert.Equal("eventgate_waiting{} 0", next.Meters.Observe()[0]);
        Assert.InRange(gate.Taken.Count - gate.Taken.Distinct().Count(), 0, 100);
        Assert.All(gate.Requests.SelectMany(request => request.Events), one => Assert.Equal(ScriptedEventGate.IdOf(one), NameOf(ScriptedEventGate.NumberOf(one))));
        Assert.True(before.Count < posted);
    }

    private static string NameOf(int number) => $"id-{number}";

    private static async Task<int> PostAndKillAsync(string url, string directory, int least)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [typeof(KilledProcessTests).Assembly.Location, url, directory]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var last = -1;
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(ScriptedEventGate.Guard) is { } line)
        {
            last = int.Parse(line, CultureInfo.InvariantCulture);
            // Not asked to end: SIGKILL.
            if (last == least) process.Kill();
        }
        await process.WaitForExitAsync().WaitAsync(ScriptedEventGate.Guard);
        Assert.True(last >= least, $"It ended by itself, after {last}.");
        return last + 1;
    }
}
