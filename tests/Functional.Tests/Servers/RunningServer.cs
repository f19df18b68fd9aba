using System.Net.Http.Headers;
using System.Text;
using Grpc.Net.Client;
using InferenceServices.ModelServer.Grpc.Messages;
using Microsoft.AspNetCore.Builder;

namespace InferenceServices.Functional.Tests.Servers;

/// <summary>A real server on loopback, on a port the system chose, and a client for it.</summary>
public sealed class RunningServer : IAsyncDisposable
{
    /// <summary>Longer than anything that works takes.</summary>
    public static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private readonly WebApplication _app;
    private readonly Lazy<GrpcChannel> _channel;

    private RunningServer(WebApplication app)
    {
        _app = app;
        // The first is HTTP's; a server may listen for other protocols after it.
        Client = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8 }) { BaseAddress = new Uri(app.Urls.First()), Timeout = Guard };
        GrpcAddress = new Uri(app.Urls.Last());
        _channel = new(() => GrpcChannel.ForAddress(GrpcAddress, new GrpcChannelOptions { MaxReceiveMessageSize = null }));
    }

    public HttpClient Client { get; }

    /// <summary>Where gRPC is served, if it is.</summary>
    public Uri GrpcAddress { get; }

    /// <summary>Connected to <see cref="GrpcAddress"/>.</summary>
    public GrpcChannel Channel => _channel.Value;

    internal GRPCInferenceService.GRPCInferenceServiceClient Grpc => new(Channel);

    public string Host => Client.BaseAddress!.Authority;

    /// <param name="build">Of one of the programs.</param>
    /// <param name="switches">Besides those that choose address and port.</param>
    public static Task<RunningServer> StartAsync(Func<string[], WebApplication> build, params string[] switches)
        => StartAsync(build(["--host=127.0.0.1", "--http_port=0", "--grpc_port=0", .. switches]));

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

    /// <summary>Posts as curl -d does not: without a content type.</summary>
    public Task<Answer> PostAsync(string path, string body) => PostAsync(path, Json(body, contentType: null));

    public Task<Answer> PostAsync(string path, byte[] body, string? contentType = null) => PostAsync(path, Raw(body, contentType));

    public async Task<Answer> PostAsync(string path, HttpContent content, CancellationToken cancellationToken = default)
        => await Answer.OfAsync(await Client.PostAsync(path, content, cancellationToken));

    public async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content = null)
    {
        using var message = new HttpRequestMessage(method, path) { Content = content };
        return await Answer.OfAsync(await Client.SendAsync(message));
    }

    /// <summary>As SIGTERM does; what was in flight is finished, for half a minute at most.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_channel.IsValueCreated) _channel.Value.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
