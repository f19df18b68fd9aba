using System.Diagnostics;
using System.Text.RegularExpressions;
using InferenceServices.Functional.Tests.Clients;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Telemetry;

/// <summary>A Prometheus process that scrapes one server several times a second.</summary>
internal sealed partial class PrometheusServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly Process _process;
    private readonly HttpClient _client;

    private PrometheusServer(TemporaryFolder folder, Process process, Uri address)
    {
        _folder = folder;
        _process = process;
        _client = new HttpClient { BaseAddress = address, Timeout = RunningServer.Guard };
    }

    public static async Task<PrometheusServer> StartAsync(string target)
    {
        var folder = TemporaryFolder.Of();
        folder.Write("prometheus.yml", $$"""
            scrape_configs:
              - job_name: servers
                scrape_interval: 200ms
                scrape_timeout: 200ms
                static_configs: [{targets: ["{{target}}"]}]
            """);
        var start = new ProcessStartInfo(
            TestClients.PrometheusProgram("prometheus"),
            [$"--config.file={folder.Below("prometheus.yml")}", $"--storage.tsdb.path={folder.Below("data")}", "--web.listen-address=127.0.0.1:0"])
        {
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        using var guard = new CancellationTokenSource(RunningServer.Guard);
        while (await process.StandardError.ReadLineAsync(guard.Token) is { } line)
        {
            if (Listening().Match(line) is not { Success: true } match) continue;
            // A full pipe would block the process.
            _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
            return new PrometheusServer(folder, process, new Uri($"http://{match.Groups[1].Value}"));
        }
        throw new InvalidOperationException("Prometheus did not start.");
    }

    public async Task<Answer> GetAsync(string path) => await Answer.OfAsync(await _client.GetAsync(path));

    /// <summary>Repeats a query until it has a result.</summary>
    /// <returns>The first value.</returns>
    public async Task<string> QueryAsync(string query)
    {
        using var guard = new CancellationTokenSource(RunningServer.Guard);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            var answer = await GetAsync($"/api/v1/query?query={Uri.EscapeDataString(query)}");
            if (answer.Status == 200 && answer.Json.GetProperty("data").GetProperty("result").EnumerateArray().FirstOrDefault() is { ValueKind: not default(System.Text.Json.JsonValueKind) } first)
                return first.GetProperty("value")[1].GetString()!;
            await timer.WaitForNextTickAsync(guard.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }

    [GeneratedRegex(@"msg=""Listening on"" address=(\S+)")]
    private static partial Regex Listening();
}
