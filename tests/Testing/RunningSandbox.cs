using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace InferenceServices.Testing;

/// <summary><c>isvc up</c> as a process, with the published programs.</summary>
internal sealed partial class RunningSandbox : IAsyncDisposable
{
    private static readonly TimeSpan Guard = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly StringBuilder _lines = new();
    private readonly TaskCompletionSource<(Uri Http, Uri Grpc)> _served = new();
    private readonly Task _reading;

    private RunningSandbox(Process process)
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

    /// <summary>Until it serves.</summary>
    public static async Task<RunningSandbox> StartAsync(string manifest, string[] switches, params (string Name, string Value)[] variables)
    {
        var sandbox = Start(manifest, switches, variables);
        var first = await Task.WhenAny(sandbox._served.Task, sandbox._reading).WaitAsync(Guard);
        Assert.True(first == sandbox._served.Task, sandbox.Lines);
        (sandbox.Address, sandbox.GrpcAddress) = await sandbox._served.Task;
        return sandbox;
    }

    /// <summary>Of one that does not come to serve: its exit code.</summary>
    public static async Task<(int ExitCode, string Lines)> RunAsync(string manifest, params string[] switches)
    {
        await using var sandbox = Start(manifest, switches, []);
        return (await sandbox.EndedAsync(), sandbox.Lines);
    }

    public async Task<string> PostAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await Client.PostAsync(new Uri(Address, path), content);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Asks it to end as Kubernetes does and Ctrl+C.</summary>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        return await EndedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await StopAsync();
        _process.Dispose();
        Client.Dispose();
    }

    private static RunningSandbox Start(string manifest, string[] switches, (string Name, string Value)[] variables)
    {
        string[] port = switches.Any(given => given.StartsWith("--port", StringComparison.Ordinal)) ? [] : ["--port=0"];
        var start = new ProcessStartInfo(Checkout.PathOf("scripts/isvc"), ["up", Checkout.PathOf(manifest), .. port, .. switches]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        return new RunningSandbox(Process.Start(start)!);
    }

    private async Task<int> EndedAsync()
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
            if (Served().Match(line) is { Success: true } match) _served.TrySetResult((new Uri(match.Groups[1].Value), new Uri(match.Groups[2].Value)));
        }
    }

    [GeneratedRegex(@"is served .*HTTP (\S+) gRPC (\S+);")]
    private static partial Regex Served();
}
