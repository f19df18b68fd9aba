using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Grpc.Net.Client;
using InferenceServices.Codecs.Grpc.Messages;

namespace InferenceServices.Images.Tests;

/// <summary>A server in a container with the limits of a pod: 512 MiB, one processor, no capabilities, read-only root file system.</summary>
internal sealed partial class RunningImage : IAsyncDisposable
{
    private static readonly TimeSpan Guard = TimeSpan.FromMinutes(1);

    private readonly string _name = $"inference-services-test-{Guid.NewGuid():N}";
    private readonly Process _process;
    private readonly StringBuilder _lines = new();
    private readonly TaskCompletionSource<(Uri Http, Uri Grpc)> _listening = new();
    private readonly Task _reading;
    private readonly List<Uri> _addresses = [];
    private GrpcChannel? _channel;

    private RunningImage(string image, string model, string[] switches)
    {
        _process = Process.Start(Tool.Of("podman", [
            "run", "--rm", $"--name={_name}", .. Tool.Confined, "--memory=512m", "--cpus=1", $"--volume={model}:/mnt/models:ro", image,
            "--host=127.0.0.1", "--http_port=0", "--grpc_port=0", "--drain_delay_seconds=0", .. switches]))!;
        _reading = Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError));
    }

    public HttpClient Client { get; } = new(new SocketsHttpHandler { PooledConnectionLifetime = Guard }) { Timeout = Guard };

    public GRPCInferenceService.GRPCInferenceServiceClient Grpc => new(_channel!);

    public string Lines
    {
        get { lock (_lines) return _lines.ToString(); }
    }

    /// <summary>Starts the container and waits until the server listens.</summary>
    /// <param name="image">Image name in podman.</param>
    /// <param name="model">Folder to mount at <c>/mnt/models</c>.</param>
    /// <param name="switches">Switches in addition to address and ports.</param>
    public static async Task<RunningImage> StartAsync(string image, string model, params string[] switches)
    {
        var server = new RunningImage(image, model, switches);
        var first = await Task.WhenAny(server._listening.Task, server._reading).WaitAsync(Guard);
        Assert.True(first == server._listening.Task, server.Lines);
        var (http, grpc) = await server._listening.Task;
        server.Client.BaseAddress = http;
        server._channel = GrpcChannel.ForAddress(grpc);
        return server;
    }

    public async Task<string> GetAsync(string path)
    {
        using var answer = await Client.GetAsync(path);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode} {text}");
        return text;
    }

    public async Task<JsonNode> PostAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await Client.PostAsync(path, content);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>Stops the container as Kubernetes does: SIGTERM, then a grace period.</summary>
    public async Task<int> StopAsync()
    {
        await Tool.OutputAsync("podman", "stop", "--time=20", _name);
        await _process.WaitForExitAsync().WaitAsync(Guard);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await Tool.OutputAsync("podman", "rm", "--force", "--time=0", _name);
        await _process.WaitForExitAsync().WaitAsync(Guard);
        _process.Dispose();
        _channel?.Dispose();
        Client.Dispose();
    }

    private async Task ReadAsync(StreamReader lines)
    {
        while (await lines.ReadLineAsync() is { } line)
        {
            lock (_lines)
            {
                _lines.AppendLine(line);
                if (Listening().Match(line) is { Success: true } match) _addresses.Add(new Uri(match.Groups[1].Value));
                if (_addresses.Count == 2) _listening.TrySetResult((_addresses[0], _addresses[1]));
            }
        }
    }

    [GeneratedRegex(@"Now listening on: (\S+)$")]
    private static partial Regex Listening();
}
