using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using InferenceServices.Testing;

namespace InferenceServices.Shipping.Tests.Packages;

/// <summary>The service of <c>tests/PackageConsumer</c>: packs the libraries, builds the service against the packages, and runs it.</summary>
/// <remarks>Its tests run alone: packing and compiling occupy all processors.</remarks>
[CollectionDefinition(nameof(PackageConsumer), DisableParallelization = true)]
public sealed partial class PackageConsumer : ICollectionFixture<PackageConsumer>, IAsyncLifetime
{
    private const string Artifacts = "artifacts/package-consumer";

    private static readonly TimeSpan Guard = TimeSpan.FromMinutes(5);

    private readonly StringBuilder _lines = new();
    private readonly TaskCompletionSource<Uri[]> _addresses = new();
    private Process? _server;
    private Task _reading = Task.CompletedTask;

    public Uri Address { get; private set; } = null!;

    public Uri GrpcAddress { get; private set; } = null!;

    private string Lines
    {
        get { lock (_lines) return _lines.ToString(); }
    }

    /// <summary>Names of the packages of this repository that the service was built with.</summary>
    public static IEnumerable<string> Installed
        => Directory.GetDirectories(Checkout.PathOf($"{Artifacts}/packages"), "inferenceservices.*").Select(folder => Path.GetFileName(folder));

    public async ValueTask InitializeAsync()
    {
        await RunAsync(Checkout.PathOf("scripts/pack"), "--no-build");
        // Packages and build output of an earlier run. Packages of others stay.
        foreach (var folder in new[] { "bin", "obj" }.Select(name => Checkout.PathOf($"{Artifacts}/{name}")).Where(Directory.Exists)) Directory.Delete(folder, recursive: true);
        if (Directory.Exists(Checkout.PathOf($"{Artifacts}/packages")))
            foreach (var name in Installed.ToArray()) Directory.Delete(Checkout.PathOf($"{Artifacts}/packages/{name}"), recursive: true);
        await RunAsync("dotnet", "build", Checkout.PathOf("tests/PackageConsumer"), "-c", "Release", "--nologo", "--verbosity", "quiet", "-clp:NoSummary");
        await StartAsync();
    }

    /// <summary>Runs the program to the end and returns its output.</summary>
    public static Task<string> OutputAsync(params string[] arguments) => RunAsync("dotnet", [Program, .. arguments]);

    /// <summary>Sends SIGTERM and returns the exit code.</summary>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _server!.Id.ToString(CultureInfo.InvariantCulture)]);
        using var guard = new CancellationTokenSource(Guard);
        await kill.WaitForExitAsync(guard.Token);
        await _server.WaitForExitAsync(guard.Token);
        await _reading;
        return _server.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is null) return;
        if (!_server.HasExited) await StopAsync();
        _server.Dispose();
    }

    private static string Program => Checkout.PathOf($"{Artifacts}/bin/PackageConsumer/release/PackageConsumer.dll");

    private async Task StartAsync()
    {
        _server = Process.Start(Start("dotnet",
            Program, "--host=127.0.0.1", "--http_port=0", "--grpc_port=0", "--drain_delay_seconds=0",
            "--model_name=iris", $"--model_dir={Checkout.PathOf("tests/Models/iris-mlp")}", "--species=Iris setosa,Iris versicolor,Iris virginica"))!;
        _reading = Task.WhenAll(ReadAsync(_server.StandardOutput), ReadAsync(_server.StandardError));
        var first = await Task.WhenAny(_addresses.Task, _reading).WaitAsync(Guard);
        Assert.True(first == _addresses.Task, Lines);
        var addresses = await _addresses.Task;
        (Address, GrpcAddress) = (addresses[0], addresses[1]);
    }

    private async Task ReadAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            string lines;
            lock (_lines) lines = _lines.AppendLine(line).ToString();
            Uri[] addresses = [.. LoopbackAddress().Matches(lines).Select(match => new Uri(match.Value)).Distinct()];
            if (addresses.Length == 2) _addresses.TrySetResult(addresses);
        }
    }

    private static ProcessStartInfo Start(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Checkout.Root };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["ORT_DISABLE_TELEMETRY"] = "1";
        return start;
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(Start(program, arguments))!;
        using var guard = new CancellationTokenSource(Guard);
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(guard.Token), process.StandardError.ReadToEndAsync(guard.Token));
            await process.WaitForExitAsync(guard.Token);
            Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: exit code {process.ExitCode}\n{await error}{await output}");
            return await output;
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:[1-9][0-9]*")]
    private static partial Regex LoopbackAddress();
}
