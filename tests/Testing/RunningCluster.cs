using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace InferenceServices.Testing;

/// <summary><c>isvc up</c> as a process, with the published programs.</summary>
internal sealed partial class RunningCluster : IAsyncDisposable
{
    private static readonly TimeSpan Guard = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly StringBuilder _lines = new();
    private readonly TaskCompletionSource<(Uri Http, Uri Grpc)> _available = new();
    private readonly Task _reading;

    private RunningCluster(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
        Client = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = Guard }) { Timeout = Guard };
    }

    public HttpClient Client { get; }

    public Uri Address { get; private set; } = null!;

    public Uri GrpcAddress { get; private set; } = null!;

    public string Lines
    {
        get { lock (_lines) return _lines.ToString(); }
    }

    /// <summary>Starts the cluster and waits until it is available.</summary>
    public static async Task<RunningCluster> StartAsync(string manifest, string[] switches, params (string Name, string Value)[] variables)
    {
        var cluster = Start(manifest, switches, variables);
        var first = await Task.WhenAny(cluster._available.Task, cluster._reading).WaitAsync(Guard);
        Assert.True(first == cluster._available.Task, cluster.Lines);
        (cluster.Address, cluster.GrpcAddress) = await cluster._available.Task;
        return cluster;
    }

    /// <summary>Runs a cluster that fails to start; returns its exit code and output.</summary>
    public static async Task<(int ExitCode, string Lines)> RunAsync(string manifest, params string[] switches)
    {
        await using var cluster = Start(manifest, switches, []);
        return (await cluster.WaitForExitAsync(), cluster.Lines);
    }

    public async Task<string> PostAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await Client.PostAsync(new Uri(Address, path), content);
        return await response.Content.ReadAsStringAsync();
    }

    /// <summary>Sends SIGTERM and waits for the exit code.</summary>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        return await WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await StopAsync();
        _process.Dispose();
        Client.Dispose();
    }

    private static RunningCluster Start(string manifest, string[] switches, (string Name, string Value)[] variables)
    {
        string[] port = switches.Any(name => name.StartsWith("--port", StringComparison.Ordinal)) ? [] : ["--port=0"];
        var start = new ProcessStartInfo(Checkout.PathOf("scripts/isvc"), ["up", Checkout.PathOf(manifest), .. port, .. switches]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        return new RunningCluster(Process.Start(start)!);
    }

    private async Task<int> WaitForExitAsync()
    {
        using var guard = new CancellationTokenSource(Guard);
        await _process.WaitForExitAsync(guard.Token);
        await _reading;
        return _process.ExitCode;
    }

    private async Task ReadAsync(StreamReader lines)
    {
        while (await lines.ReadLineAsync() is { } line)
        {
            lock (_lines) _lines.AppendLine(line);
            if (AvailableLine().Match(line) is { Success: true } match) _available.TrySetResult((new Uri(match.Groups[1].Value), new Uri(match.Groups[2].Value)));
        }
    }

    [GeneratedRegex(@"is available .*HTTP (\S+) gRPC (\S+);")]
    private static partial Regex AvailableLine();
}
