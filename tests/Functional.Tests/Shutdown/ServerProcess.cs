using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Shutdown;

/// <summary>A program as a process of its own, which signals can be sent to.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _started;
    private readonly Task<string> _rest;

    private ServerProcess(Process process, Uri[] addresses, List<string> started)
    {
        _process = process;
        _started = started;
        // A pipe that nobody empties would stop the program one day.
        _rest = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        (Address, GrpcAddress) = (addresses[0], addresses[1]);
        Client = new HttpClient { BaseAddress = Address, Timeout = RunningServer.Guard };
    }

    public Uri Address { get; }

    public Uri GrpcAddress { get; }

    public int Id => _process.Id;

    public HttpClient Client { get; }

    /// <summary>A predictor.</summary>
    /// <param name="model">One of the test models; served under that name.</param>
    /// <param name="switches">Besides those that choose model, address and ports.</param>
    public static Task<ServerProcess> StartAsync(string model, params string[] switches)
        => StartAsync("Predictor", [$"--model_dir={TestModels.PathOf(model)}", $"--model_name={model}", .. switches], []);

    /// <param name="program">Predictor, Transformer or Explainer.</param>
    /// <param name="switches">Besides those that choose address and ports.</param>
    /// <param name="environment">Besides what there is.</param>
    public static async Task<ServerProcess> StartAsync(string program, string[] switches, Dictionary<string, string> environment)
    {
        // Beside the tests lies everything the program consists of.
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, $"InferenceServices.{program}"),
            ["--host=127.0.0.1", "--http_port=0", "--grpc_port=0", .. switches])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../..")) },
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var process = Process.Start(start)!;
        using var guard = new CancellationTokenSource(RunningServer.Guard);
        // A pipe that nobody empties would stop the program one day.
        _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var (started, addresses) = (new List<string>(), new List<Uri>());
        while (await process.StandardOutput.ReadLineAsync(guard.Token) is { } line)
        {
            started.Add(line);
            // The first is HTTP's, the second gRPC's.
            if (Listening().Match(line) is { Success: true } match) addresses.Add(new Uri(match.Groups[1].Value));
            if (addresses.Count < 2) continue;
            return new ServerProcess(process, [.. addresses], started);
        }
        throw new InvalidOperationException($"The {program} did not start.");
    }

    /// <param name="signal">For example TERM.</param>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -{signal} {_process.Id}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    public async Task<Answer> GetAsync(string path) => await Answer.OfAsync(await Client.GetAsync(path));

    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(RunningServer.Guard);
        return _process.ExitCode;
    }

    /// <summary>All it has written to standard output, once it has ended.</summary>
    public async Task<string[]> LinesAsync() => [.. _started, .. (await _rest.WaitAsync(RunningServer.Guard)).Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    [GeneratedRegex(@"Now listening on: (http://[^\s""]+)")]
    private static partial Regex Listening();
}
