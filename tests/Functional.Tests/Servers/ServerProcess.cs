using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Grpc.Net.Client;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Servers;

/// <summary>An executable in a separate process, for tests with signals.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _started;
    private readonly Task<string> _rest;
    private readonly Task<string> _errors;
    private readonly Lazy<GrpcChannel> _channel;

    private ServerProcess(Process process, Uri[] addresses, List<string> started, Task<string> errors)
    {
        _process = process;
        _started = started;
        _errors = errors;
        // A full pipe would block the process.
        _rest = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        (Address, GrpcAddress) = (addresses[0], addresses[^1]);
        _channel = new(() => GrpcChannel.ForAddress(GrpcAddress, new GrpcChannelOptions { MaxReceiveMessageSize = null }));
        Client = new HttpClient { BaseAddress = Address, Timeout = RunningServer.Guard };
    }

    /// <summary>Program to test instead of the predictor beside the tests, such as the native one; null without.</summary>
    public static string? TestedPredictor { get; } = Environment.GetEnvironmentVariable("PREDICTOR_EXECUTABLE");

    public const string OnlyInTheTests = "the test needs the predictor in its own process: unset PREDICTOR_EXECUTABLE";

    /// <summary>Whether <see cref="RunningServer"/> runs predictors in the process of the tests.</summary>
    public static bool IsInTheTests => TestedPredictor is null;

    public Uri Address { get; }

    public Uri GrpcAddress { get; }

    public int Id => _process.Id;

    public HttpClient Client { get; }

    internal GRPCInferenceService.GRPCInferenceServiceClient Grpc => new(_channel.Value);

    /// <summary>Starts a predictor.</summary>
    /// <param name="model">Name of a test model, also the name it is served under.</param>
    /// <param name="switches">Switches in addition to model, address and ports.</param>
    public static Task<ServerProcess> StartAsync(string model, params string[] switches)
        => StartAsync("Predictor", [$"--model_dir={TestModels.PathOf(model)}", $"--model_name={model}", .. switches], []);

    /// <param name="program">Predictor, Transformer or Explainer.</param>
    /// <param name="switches">Switches in addition to address and ports.</param>
    /// <param name="environment">Additional environment variables.</param>
    /// <param name="joined">File of a control group to which the process writes its identifier before the program starts; null for none.</param>
    public static async Task<ServerProcess> StartAsync(string program, string[] switches, Dictionary<string, string> environment, string? joined = null)
    {
        // The output directory of the tests contains the executables.
        var path = program == "Predictor" && TestedPredictor is not null ? TestedPredictor : Path.Combine(AppContext.BaseDirectory, $"InferenceServices.{program}");
        string[] command = [path, "--host=127.0.0.1", "--http_port=0", "--grpc_port=0", .. switches];
        if (joined is not null) command = ["/bin/sh", "-c", "echo $$ > \"$0\" && exec \"$@\"", joined, .. command];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../..")) },
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var process = Process.Start(start)!;
        using var guard = new CancellationTokenSource(RunningServer.Guard);
        // A full pipe would block the process.
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var (started, addresses) = (new List<string>(), new List<Uri>());
        while (await process.StandardOutput.ReadLineAsync(guard.Token) is { } line)
        {
            started.Add(line);
            // The first address is for HTTP, the second for gRPC.
            if (Listening().Match(line) is { Success: true } match) addresses.Add(new Uri(match.Groups[1].Value));
            if (addresses.Count < (switches.Contains("--enable_grpc=false") ? 1 : 2)) continue;
            return new ServerProcess(process, [.. addresses], started, errors);
        }
        throw new InvalidOperationException($"The {program} did not start: {await errors}");
    }

    /// <param name="signal">Name of the signal, such as TERM.</param>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -{signal} {_process.Id}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Stops the process; requests in flight have half a minute to finish.</summary>
    public async Task StopAsync()
    {
        if (_process.HasExited) return;
        await SignalAsync("TERM");
        await ExitCodeAsync();
    }

    public async Task<Answer> GetAsync(string path) => await Answer.OfAsync(await Client.GetAsync(path));

    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(RunningServer.Guard);
        return _process.ExitCode;
    }

    /// <summary>Stops the process by SIGTERM, and asserts exit code 0 and an empty standard error.</summary>
    public async Task AssertStopsAsync()
    {
        await SignalAsync("TERM");
        Assert.Equal(0, await ExitCodeAsync());
        Assert.Empty(await ErrorLinesAsync());
    }

    /// <summary>Gets the complete standard output after the process exits.</summary>
    public async Task<string[]> LinesAsync() => [.. _started, .. (await _rest.WaitAsync(RunningServer.Guard)).Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>Gets the standard error after the process exits.</summary>
    public async Task<string[]> ErrorLinesAsync() => (await _errors.WaitAsync(RunningServer.Guard)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_channel.IsValueCreated) _channel.Value.Dispose();
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    [GeneratedRegex(@"Now listening on: (http://[^\s""]+)")]
    private static partial Regex Listening();
}
