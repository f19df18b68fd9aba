using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Net.Client;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Predictor;
using Microsoft.AspNetCore.Builder;

namespace InferenceServices.Functional.Tests.Servers;

/// <summary>A server on loopback with a free port, and clients for it.</summary>
public sealed class RunningServer : IAsyncDisposable
{
    /// <summary>Timeout that no successful operation reaches.</summary>
    public static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    // One of both.
    private readonly WebApplication? _app;
    private readonly ServerProcess? _process;
    private readonly Lazy<GrpcChannel> _channel;

    private RunningServer(WebApplication app)
        : this(new Uri(app.Urls.First()), new Uri(app.Urls.Last()))
        => _app = app;

    private RunningServer(ServerProcess process)
        : this(process.Address, process.GrpcAddress)
        => _process = process;

    // The first address of a server is for HTTP; another may follow.
    private RunningServer(Uri address, Uri grpcAddress)
    {
        Client = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8 }) { BaseAddress = address, Timeout = Guard };
        GrpcAddress = grpcAddress;
        _channel = new(() => GrpcChannel.ForAddress(GrpcAddress, new GrpcChannelOptions { MaxReceiveMessageSize = null }));
    }

    public HttpClient Client { get; }

    /// <summary>Address of gRPC; null if not served.</summary>
    public Uri GrpcAddress { get; }

    /// <summary>gRPC client for <see cref="GrpcAddress"/>.</summary>
    public GrpcChannel Channel => _channel.Value;

    internal GRPCInferenceService.GRPCInferenceServiceClient Grpc => new(Channel);

    public string Host => Client.BaseAddress!.Authority;

    /// <summary>Starts an executable in the process of the tests; the predictor as a process if <see cref="ServerProcess.TestedPredictor"/> is set.</summary>
    /// <param name="build">Build method of an executable.</param>
    /// <param name="switches">Switches in addition to address and ports.</param>
    public static async Task<RunningServer> StartAsync(Func<string[], WebApplication> build, params string[] switches)
        => ServerProcess.TestedPredictor is not null && build == PredictorHost.Build
            ? new RunningServer(await ServerProcess.StartAsync("Predictor", [.. switches, "--drain_delay_seconds=0"], []))
            : await StartAsync(build(["--host=127.0.0.1", "--http_port=0", "--grpc_port=0", .. switches]));

    public static async Task<RunningServer> StartAsync(WebApplication app)
    {
        await app.StartAsync();
        return new RunningServer(app);
    }

    public static HttpContent Json(string body, string? contentType = "application/json") => Raw(Encoding.UTF8.GetBytes(body), contentType);

    public static HttpContent Raw(byte[] body, string? contentType = "application/json")
    {
        var content = new ByteArrayContent(body);
        if (contentType is not null) content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return content;
    }

    public async Task<Answer> GetAsync(string path) => await Answer.OfAsync(await Client.GetAsync(path));

    /// <summary>Posts a body without a content type.</summary>
    public Task<Answer> PostAsync(string path, string body) => PostAsync(path, Json(body, contentType: null));

    public Task<Answer> PostAsync(string path, byte[] body, string? contentType = null) => PostAsync(path, Raw(body, contentType));

    public async Task<Answer> PostAsync(string path, HttpContent content, CancellationToken cancellationToken = default)
        => await Answer.OfAsync(await Client.PostAsync(path, content, cancellationToken));

    public async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content = null)
    {
        using var message = new HttpRequestMessage(method, path) { Content = content };
        return await Answer.OfAsync(await Client.SendAsync(message));
    }

    /// <summary>Calls a service by V2 over REST: its V1 body is the element of a BYTES tensor.</summary>
    /// <returns>The V1 response in the output tensor.</returns>
    public async Task<string> CallOverRestAsync(string model, string body)
    {
        var request = JsonSerializer.Serialize(new { inputs = new[] { new { name = "input", shape = new[] { 1 }, datatype = "BYTES", data = new[] { body } } } });
        return JsonNode.Parse((await PostAsync($"/v2/models/{model}/infer", request)).AssertOk().Body)!["outputs"]![0]!["data"]![0]!.GetValue<string>();
    }

    /// <summary>Calls a service by V2 over gRPC: its V1 body is the element of a BYTES tensor.</summary>
    public async Task<string> CallOverGrpcAsync(string model, string body)
    {
        var input = new ModelInferRequest.Types.InferInputTensor { Name = "input", Datatype = "BYTES", Shape = { 1 }, Contents = new InferTensorContents { BytesContents = { ByteString.CopyFromUtf8(body) } } };
        var answer = await Grpc.ModelInferAsync(new ModelInferRequest { ModelName = model, Inputs = { input } });
        return answer.Outputs[0].Contents.BytesContents[0].ToStringUtf8();
    }

    /// <summary>Stops the server as SIGTERM does; requests in flight have half a minute to finish.</summary>
    public Task StopAsync() => _process is null ? _app!.StopAsync() : _process.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_channel.IsValueCreated) _channel.Value.Dispose();
        await StopAsync();
        if (_process is not null) await _process.DisposeAsync();
        if (_app is not null) await _app.DisposeAsync();
    }
}
