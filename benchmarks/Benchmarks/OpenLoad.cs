using System.Diagnostics;
using System.Globalization;

namespace InferenceServices.Benchmarks;

/// <summary>Open-loop load generator: sends requests at a fixed rate. Latency counts from the scheduled time of a request.</summary>
internal static class OpenLoad
{
    // During JIT compilation the client is the bottleneck.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);

    /// <summary>Prints throughput and latency per status. The warm-up seconds are additional and not counted.</summary>
    /// <param name="url">URL to POST to.</param>
    /// <param name="body">JSON body.</param>
    /// <param name="rate">Requests per second.</param>
    /// <param name="duration">Duration of the measurement.</param>
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
