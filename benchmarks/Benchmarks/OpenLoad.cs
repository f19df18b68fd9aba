using System.Diagnostics;
using System.Globalization;

namespace InferenceServices.Benchmarks;

/// <summary>A load that does not wait for answers: requests come at a rate, as callers do who know nothing of each other. Latency counts from when a request was due.</summary>
internal static class OpenLoad
{
    // While it compiles itself, the client is what is slow.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);

    /// <summary>Prints, for each status, how many answers a second had it and how long they took. The first seconds come on top and are not counted.</summary>
    /// <param name="url">Posted to.</param>
    /// <param name="body">JSON.</param>
    /// <param name="rate">Requests a second.</param>
    /// <param name="duration">How long they come.</param>
    public static async Task RunAsync(Uri url, byte[] body, int rate, TimeSpan duration)
    {
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1024 });
        var answers = new List<(int Status, double Milliseconds)>();
        var started = Stopwatch.GetTimestamp();
        var sent = new List<Task>();
        while (Stopwatch.GetElapsedTime(started) < WarmUp + duration)
        {
            var due = (int)(Stopwatch.GetElapsedTime(started).TotalSeconds * rate);
            while (sent.Count < due) sent.Add(SendAsync(started + (long)((double)sent.Count / rate * Stopwatch.Frequency)));
            await Task.Delay(1);
        }
        await Task.WhenAll(sent);
        foreach (var group in answers.GroupBy(answer => answer.Status).OrderBy(group => group.Key))
        {
            double[] times = [.. group.Select(answer => answer.Milliseconds).Order()];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{group.Key} {times.Length / duration.TotalSeconds:F0} a second, p50 {times[times.Length / 2]:F1} ms, p99 {times[(int)(times.Length * 0.99)]:F1} ms, most {times[^1]:F1} ms"));
        }

        async Task SendAsync(long due)
        {
            using var content = new ByteArrayContent(body);
            using var response = await client.PostAsync(url, content);
            await response.Content.ReadAsByteArrayAsync();
            if (Stopwatch.GetElapsedTime(started, due) < WarmUp) return;
            lock (answers) answers.Add(((int)response.StatusCode, Stopwatch.GetElapsedTime(due).TotalMilliseconds));
        }
    }
}
