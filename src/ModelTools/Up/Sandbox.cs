using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Grpc.Health.V1;
using Grpc.Net.Client;
using InferenceServices.ModelTools.Manifests;

namespace InferenceServices.ModelTools.Up;

/// <summary>Runs one InferenceService here, from its model to its ingress, until it is told to stop.</summary>
internal sealed class Sandbox(UpOptions options, TextWriter output) : IAsyncDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    private readonly IEngine _engine = options.Containers ? new PodmanEngine(LinkedFolder(options)) : new ProcessEngine(options.Programs);
    private readonly DirectoryInfo _models = Directory.CreateTempSubdirectory("isvc-up-");
    private readonly Dictionary<string, string> _directories = [];
    private readonly List<(RunningContainer Running, Container Container, int Http, int Grpc)> _servers = [];
    private readonly List<Ingress> _ingresses = [];

    /// <summary>Runs until cancelled.</summary>
    /// <returns>0 after a stop that was asked for and in which every container ended as asked, else 1.</returns>
    public async Task<int> RunAsync(YamlMap service, IReadOnlyDictionary<string, string> variables, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var name = service.Map("metadata").Text("name");
        var containers = Controller.Plan(service, variables).Select(WithModelsOfHere).ToList();
        if (options.Port != 0) Ports.Require(options.Port, options.Port + 1);
        if (options.StorageUri is not null && containers.All(container => container.Models.Count == 0)) throw service.Wrong("no container has a model for --storage_uri to stand for (storageUri, storageUris or the variable STORAGE_URI)");
        try
        {
            foreach (var container in containers.Where(container => container.Models.Count > 0))
                if (!await BringAsync(container.Models, cancellationToken)) return 1;

            foreach (var container in containers) Start(container);
            foreach (var server in _servers)
            {
                if (!await UntilReadyAsync(server.Running, server.Container.Readiness, server.Http, server.Grpc, cancellationToken)) return Ended(server.Running);
                Say($"{server.Running.Name} is ready after {Since(started)} s");
            }
            await OpenAsync(service.Map("spec"), cancellationToken);
            Say($"{name} is served after {Since(started)} s: HTTP {_ingresses[0].Address} gRPC {_ingresses[1].Address}; stop with Ctrl+C");

            var ended = await Task.WhenAny(_servers.Select(server => server.Running.Exited)).WaitAsync(cancellationToken);
            return Ended(_servers.First(server => server.Running.Exited == ended).Running);
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

    private Container WithModelsOfHere(Container container)
        => options.StorageUri is null || container.Models.Count <= 1
            ? container with { Models = [.. container.Models.Select(model => model with { Uri = options.AddressOf(model.Uri) })] }
            : throw new ModelFileException($"{container.Component}: it has {container.Models.Count} models, and --storage_uri stands for one.");

    private static string KeyOf(IReadOnlyList<StoredModel> models) => string.Join('\n', models);

    // Models are brought once, however many containers have them.
    private async Task<bool> BringAsync(IReadOnlyList<StoredModel> models, CancellationToken cancellationToken)
    {
        if (_directories.ContainsKey(KeyOf(models))) return true;
        var directory = _models.CreateSubdirectory(_directories.Count.ToString(CultureInfo.InvariantCulture)).FullName;
        // As an emptyDir is: the initializer and the server may be different users.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(directory, (UnixFileMode)0b111_111_111);
        var initializer = ServingRuntime.Resource("inference-services-storage.yaml").Map("spec").Map("container");
        var container = new Container(
            "storage-initializer",
            initializer.Text("image")!,
            [.. models.SelectMany(model => model.Arguments)],
            initializer.Maps("env").ToDictionary(variable => variable.Text("name")!, variable => variable.Text("value") ?? ""),
            models,
            Readiness.Of(initializer),
            Hardening.Of(initializer));
        Say($"storage-initializer {string.Join(' ', container.Args)}");
        using var running = RunningContainer.Start(container.Component, _engine.Initializer(container, directory), output);
        int code;
        try
        {
            code = await running.Exited.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await running.StopAsync(Grace);
            throw;
        }
        _directories[KeyOf(models)] = directory;
        if (code != 0) Say($"the model could not be brought: exit code {code}; --storage_uri names another place, a folder of this machine too");
        return code == 0;
    }

    private void Start(Container container)
    {
        var (http, grpc) = (Ports.Free(), Ports.Free());
        // Pods have addresses of their own; here all have one, and their ports differ. The ingress has closed before they are told to end, so there is nothing to wait for then.
        List<string> differences = ["--host=127.0.0.1", $"--http_port={http}", $"--grpc_port={grpc}", "--drain_delay_seconds=0"];
        if (container.Component != "predictor" && container.Setting("predictor_host") is { Length: > 0 })
        {
            var overGrpc = (container.Setting("predictor_protocol") ?? container.Setting("protocol")) is "grpc-v2";
            differences.Add($"--predictor_host=127.0.0.1:{(overGrpc ? _servers[0].Grpc : _servers[0].Http)}");
        }
        Say($"{container.Component}: {string.Join(' ', [container.Image, .. container.Args])}, and here {string.Join(' ', differences)}");
        var directory = container.Models.Count > 0 ? _directories[KeyOf(container.Models)] : null;
        _servers.Add((RunningContainer.Start(container.Component, _engine.Server(container, differences, directory), output), container, http, grpc));
    }

    private async Task OpenAsync(YamlMap spec, CancellationToken cancellationToken)
    {
        var entry = _servers.Find(server => server.Container.Component == "transformer") is { Running: not null } transformer ? transformer : _servers[0];
        var explainer = _servers.Find(server => server.Container.Component == "explainer") is { Running: not null } found ? AddressOf(found.Http) : null;
        var timeout = spec.Map(spec.Has("transformer") ? "transformer" : "predictor").Number("timeout") is { } seconds ? TimeSpan.FromSeconds(seconds) : DefaultTimeout;
        _ingresses.Add(await Ingress.OpenAsync(options.Port, AddressOf(entry.Http), explainer, grpc: false, timeout, cancellationToken));
        _ingresses.Add(await Ingress.OpenAsync(options.Port == 0 ? 0 : options.Port + 1, AddressOf(entry.Grpc), null, grpc: true, timeout, cancellationToken));
    }

    private static async Task<bool> UntilReadyAsync(RunningContainer running, Readiness readiness, int http, int grpc, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(1) }) { Timeout = TimeSpan.FromSeconds(5) };
        using var channel = GrpcChannel.ForAddress(AddressOf(grpc));
        while (!running.Exited.IsCompleted)
        {
            try
            {
                if (await IsReadyAsync()) return true;
            }
            catch (Exception failure) when (failure is HttpRequestException or Grpc.Core.RpcException or SocketException || (failure is TaskCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // Not yet.
            }
            await Task.Delay(Between, cancellationToken);
        }
        return false;

        async Task<bool> IsReadyAsync()
        {
            if (readiness.Grpc) return (await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest(), cancellationToken: cancellationToken)).Status == HealthCheckResponse.Types.ServingStatus.Serving;
            if (readiness.HttpPath is { } path)
            {
                using var answer = await client.GetAsync(new Uri(AddressOf(http), path), cancellationToken);
                return answer.IsSuccessStatusCode;
            }
            using var socket = new TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, http, cancellationToken);
            return true;
        }
    }

    // What has come in is answered before anything that answers is ended.
    private async Task<int> DrainAsync()
    {
        if (_ingresses.Count > 0) Say("draining");
        foreach (var ingress in _ingresses) await ingress.DisposeAsync();
        _ingresses.Clear();
        var codes = await Task.WhenAll(Enumerable.Reverse(_servers).Select(server => server.Running.StopAsync(Grace)));
        return codes.All(code => code == 0) ? 0 : 1;
    }

    private int Ended(RunningContainer running)
    {
        Say($"{running.Name} ended with exit code {running.Exited.Result}; its lines above say why");
        return 1;
    }

    private void Say(string what)
    {
        lock (output) output.WriteLine($"{"isvc",-19} | {what}");
    }

    private static string Since(long started) => Stopwatch.GetElapsedTime(started).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);

    private static Uri AddressOf(int port) => new($"http://127.0.0.1:{port}/");

    private static string? LinkedFolder(UpOptions options)
        => options.StorageUri is { } uri && !uri.Contains("://", StringComparison.Ordinal) ? Path.GetFullPath(uri) : null;
}
