using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Grpc.Health.V1;
using Grpc.Net.Client;
using InferenceServices.ModelTools.Manifests;

namespace InferenceServices.ModelTools.Up;

/// <summary>Runs one InferenceService on this machine: storage-initializer, servers and ingress.</summary>
internal sealed class LocalCluster(UpOptions options, TextWriter output) : IAsyncDisposable
{
    private static readonly TimeSpan GracePeriod = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    private readonly IContainerRuntime _runtime = options.Containers ? new PodmanRuntime(ModelFolder(options)) : new ProcessRuntime(options.Programs);
    private readonly DirectoryInfo _models = Directory.CreateTempSubdirectory("isvc-up-");
    private readonly Dictionary<string, string> _directories = [];
    private readonly List<Server> _servers = [];
    private readonly List<Ingress> _ingresses = [];

    /// <summary>Runs until cancelled.</summary>
    /// <returns>0 if cancellation stopped every container with exit code 0; otherwise 1.</returns>
    public async Task<int> RunAsync(YamlMap service, IReadOnlyDictionary<string, string> variables, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var name = service.Map("metadata").Text("name");
        var containers = Controller.Plan(service, variables).Select(ApplyStorageOverride).ToList();
        if (options.Port != 0) Ports.EnsureAvailable(options.Port, options.Port + 1);
        if (options.StorageUri is not null && containers.All(container => container.Models.Count == 0)) throw service.Invalid("--storage_uri has no effect: no container has a model (storageUri, storageUris or the variable STORAGE_URI)");
        try
        {
            foreach (var container in containers.Where(container => container.Models.Count > 0))
                if (!await FetchAsync(container.Models, cancellationToken)) return 1;

            foreach (var container in containers) Start(container);
            foreach (var server in _servers)
            {
                if (!await WaitUntilReadyAsync(server, cancellationToken)) return ReportExit(server.Running);
                Log($"{server.Running.Name} is ready after {Since(started)} s");
            }
            await OpenAsync(service.Map("spec"), cancellationToken);
            Log($"{name} is available after {Since(started)} s: HTTP {_ingresses[0].Address} gRPC {_ingresses[1].Address}; press Ctrl+C to stop");

            var exited = await Task.WhenAny(_servers.Select(server => server.Running.Exited)).WaitAsync(cancellationToken);
            return ReportExit(_servers.First(server => server.Running.Exited == exited).Running);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return await DrainAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await DrainAsync();
        foreach (var server in _servers) server.Running.Dispose();
        _models.Delete(recursive: true);
    }

    private Container ApplyStorageOverride(Container container)
        => options.StorageUri is null || container.Models.Count <= 1
            ? container with { Models = [.. container.Models.Select(model => model with { Uri = options.AddressOf(model.Uri) })] }
            : throw new ModelFileException($"{container.Component}: it has {container.Models.Count} models; --storage_uri can replace only one.");

    private static string KeyOf(IReadOnlyList<StoredModel> models) => string.Join('\n', models);

    // Containers with the same models share one download.
    private async Task<bool> FetchAsync(IReadOnlyList<StoredModel> models, CancellationToken cancellationToken)
    {
        if (_directories.ContainsKey(KeyOf(models))) return true;
        var directory = _models.CreateSubdirectory(_directories.Count.ToString(CultureInfo.InvariantCulture)).FullName;
        // Like an emptyDir: the initializer and the server may run as different users.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(directory, (UnixFileMode)0b111_111_111);
        var initializer = ServingRuntime.Resource("inference-services-storage.yaml").Map("spec").Map("container");
        var container = new Container(
            "storage-initializer",
            initializer.Text("image")!,
            [.. models.SelectMany(model => model.Arguments)],
            initializer.Maps("env").ToDictionary(variable => variable.Text("name")!, variable => variable.Text("value") ?? ""),
            models,
            Readiness.FromYaml(initializer),
            ContainerLimits.FromYaml(initializer));
        Log($"storage-initializer {string.Join(' ', container.Args)}");
        using var running = RunningContainer.Start(container.Component, _runtime.Initializer(container, directory), output);
        int code;
        try
        {
            code = await running.Exited.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await running.StopAsync(GracePeriod);
            throw;
        }
        _directories[KeyOf(models)] = directory;
        if (code != 0) Log($"the model could not be downloaded: exit code {code}; --storage_uri selects another source, for example a local folder");
        return code == 0;
    }

    private void Start(Container container)
    {
        var (http, grpc) = (Ports.FindFree(), Ports.FindFree());
        // Each pod has its own address; here all share one address and use different ports. The ingress stops before the servers, so no drain delay is needed.
        List<string> localOverrides = ["--host=127.0.0.1", $"--http_port={http}", $"--grpc_port={grpc}", "--drain_delay_seconds=0"];
        if (container.Component != "predictor" && container.Setting("predictor_host") is { Length: > 0 })
        {
            var overGrpc = (container.Setting("predictor_protocol") ?? container.Setting("protocol")) is "grpc-v2";
            localOverrides.Add($"--predictor_host=127.0.0.1:{(overGrpc ? _servers[0].GrpcPort : _servers[0].HttpPort)}");
        }
        Log($"{container.Component}: {string.Join(' ', [container.Image, .. container.Args])}, with local overrides {string.Join(' ', localOverrides)}");
        var directory = container.Models.Count > 0 ? _directories[KeyOf(container.Models)] : null;
        _servers.Add(new(RunningContainer.Start(container.Component, _runtime.Server(container, localOverrides, directory), output), container, http, grpc));
    }

    private async Task OpenAsync(YamlMap spec, CancellationToken cancellationToken)
    {
        var entry = _servers.Find(server => server.Container.Component == "transformer") ?? _servers[0];
        var explainer = _servers.Find(server => server.Container.Component == "explainer") is { } found ? AddressOf(found.HttpPort) : null;
        var timeout = spec.Map(spec.Has("transformer") ? "transformer" : "predictor").Number("timeout") is { } seconds ? TimeSpan.FromSeconds(seconds) : DefaultTimeout;
        _ingresses.Add(await Ingress.OpenAsync(options.Port, AddressOf(entry.HttpPort), explainer, grpc: false, timeout, cancellationToken));
        _ingresses.Add(await Ingress.OpenAsync(options.Port == 0 ? 0 : options.Port + 1, AddressOf(entry.GrpcPort), null, grpc: true, timeout, cancellationToken));
    }

    private static async Task<bool> WaitUntilReadyAsync(Server server, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(1) }) { Timeout = TimeSpan.FromSeconds(5) };
        using var channel = GrpcChannel.ForAddress(AddressOf(server.GrpcPort));
        while (!server.Running.Exited.IsCompleted)
        {
            try
            {
                if (await IsReadyAsync()) return true;
            }
            catch (Exception failure) when (failure is HttpRequestException or Grpc.Core.RpcException or SocketException || (failure is TaskCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // Not ready yet.
            }
            await Task.Delay(ProbeInterval, cancellationToken);
        }
        return false;

        async Task<bool> IsReadyAsync()
        {
            if (server.Container.Readiness.Grpc) return (await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest(), cancellationToken: cancellationToken)).Status == HealthCheckResponse.Types.ServingStatus.Serving;
            if (server.Container.Readiness.HttpPath is { } path)
            {
                using var response = await client.GetAsync(new Uri(AddressOf(server.HttpPort), path), cancellationToken);
                return response.IsSuccessStatusCode;
            }
            using var socket = new TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, server.HttpPort, cancellationToken);
            return true;
        }
    }

    // The ingress drains requests in flight before the servers stop.
    private async Task<int> DrainAsync()
    {
        if (_ingresses.Count > 0) Log("draining");
        foreach (var ingress in _ingresses) await ingress.DisposeAsync();
        _ingresses.Clear();
        var codes = await Task.WhenAll(Enumerable.Reverse(_servers).Select(server => server.Running.StopAsync(GracePeriod)));
        return codes.All(code => code == 0) ? 0 : 1;
    }

    private int ReportExit(RunningContainer running)
    {
        Log($"{running.Name} exited with code {running.Exited.Result}; see its output above");
        return 1;
    }

    private void Log(string message)
    {
        lock (output) output.WriteLine($"{"isvc",-19} | {message}");
    }

    private static string Since(long started) => Stopwatch.GetElapsedTime(started).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);

    private static Uri AddressOf(int port) => new($"http://127.0.0.1:{port}/");

    private static string? ModelFolder(UpOptions options)
        => options.StorageUri is { } uri && !uri.Contains("://", StringComparison.Ordinal) ? Path.GetFullPath(uri) : null;

    private sealed record Server(RunningContainer Running, Container Container, int HttpPort, int GrpcPort);
}
