using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.ModelServer.Memory;
using InferenceServices.Predictor;
using InferenceServices.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using static InferenceServices.Functional.Tests.Servers.RawConnection;

namespace InferenceServices.Functional.Tests.Connections;

/// <summary>Slow clients, with Kestrel's limits set for fast tests.</summary>
public sealed partial class SlowClientTests
{
    // Kestrel checks the rate once a second and allows no shorter grace period.
    private static readonly MinDataRate Strict = new(bytesPerSecond: 100_000_000, TimeSpan.FromSeconds(1.5));

    [Theory]
    [InlineData("Content-Length: 1000", "")]
    [InlineData("Content-Length: 1000", "[1,")]
    [InlineData("Content-Length: 50000000", "[1,")]
    [InlineData("Transfer-Encoding: chunked", "")]
    [InlineData("Transfer-Encoding: chunked", "3\r\n[1,\r\n")]
    public async Task Slow_bodies_are_408_and_do_not_block_other_requests(string length, string part)
    {
        await using var server = await StartAsync(Impatient);
        var connections = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => OpenAsync(server)));

        foreach (var connection in connections) await connection.SendAsync($"POST /v1/models/free:predict HTTP/1.1\r\nHost: x\r\n{length}\r\n\r\n{part}");
        (await server.PostAsync("/v1/models/free:predict", """{"instances":[[1]]}""")).AssertOk("""{"predictions":[[1]]}""");

        foreach (var connection in connections)
        {
            (await connection.ReadAsync()).AssertError(
                408, "request_body_timeout", "The request body arrived too slowly.");
            Assert.Equal("", await connection.ReadToEndAsync());
            connection.Dispose();
        }
    }

    [Theory]
    [InlineData("Content-Length: 50000000", "[1", ",1", false)]
    [InlineData("Content-Length: 50000000", "[1", ",1", true)]
    [InlineData("Transfer-Encoding: chunked", "2\r\n[1\r\n", "2\r\n,1\r\n", false)]
    [InlineData("Transfer-Encoding: chunked", "2\r\n[1\r\n", "2\r\n,1\r\n", true)]
    public async Task A_client_that_sends_on_after_its_408_reads_the_answer(string length, string first, string next, bool byRate)
    {
        var app = Build(byRate ? [] : ["--request_body_timeout_seconds=1"]);
        if (byRate) Impatient(app);
        var log = LogLines.Of(app);
        await using var server = await RunningServer.StartAsync(app);
        using var connection = await OpenAsync(server);
        await connection.SendAsync($"POST /v1/models/free:predict HTTP/1.1\r\nHost: x\r\n{length}\r\n\r\n{first}");

        var answer = connection.ReadAsync();
        while (!answer.IsCompleted) await SendPartAsync();
        // Kestrel reads on for some seconds.
        for (var part = 0; part < 20; part++) await SendPartAsync();

        (await answer).AssertError(408, "request_body_timeout", "The request body arrived too slowly.");
        Assert.Empty(log.AtLeast(LogLevel.Error));

        async Task SendPartAsync()
        {
            await connection.SendAsync(next);
            await Task.Delay(10);
        }
    }

    [Fact]
    public async Task A_slow_gRPC_message_ends_its_call_and_not_the_connection()
    {
        await using var server = await RunningServer.StartAsync(
            PredictorHost.Build, $"--model_dir={TestModels.PathOf("free")}", "--model_name=free", "--request_body_timeout_seconds=1");
        using var client = new HttpClient { BaseAddress = server.GrpcAddress };
        // A prefix that announces a thousand bytes, of which one arrives.
        var body = new Pipe();
        await body.Writer.WriteAsync(new byte[] { 0, 0, 0, 3, 232, 1 });
        using var slow = new HttpRequestMessage(HttpMethod.Post, "/inference.GRPCInferenceService/ModelInfer") { Version = HttpVersion.Version20, Content = new StreamContent(body.Reader.AsStream()) };
        slow.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using var other = new HttpRequestMessage(HttpMethod.Get, "/v2/health/live") { Version = HttpVersion.Version20 };
        slow.VersionPolicy = other.VersionPolicy = HttpVersionPolicy.RequestVersionExact;

        using var answer = await client.SendAsync(slow, HttpCompletionOption.ResponseHeadersRead);
        _ = await answer.Content.ReadAsByteArrayAsync();
        using var alive = await client.SendAsync(other);

        var statuses = answer.Headers.TryGetValues("grpc-status", out var early) ? early : answer.TrailingHeaders.GetValues("grpc-status");
        Assert.Equal(["4"], statuses);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        await body.Writer.CompleteAsync();
    }

    // A request of the protocol: nothing, a part of the prefix, a part of a message, a message without the end of the call.
    [Theory]
    [InlineData("ModelInfer", new byte[] { })]
    [InlineData("ModelInfer", new byte[] { 0, 0 })]
    [InlineData("ModelInfer", new byte[] { 0, 0, 0, 0, 9, 1 })]
    [InlineData("ModelInfer", new byte[] { 0, 0, 0, 0, 0 })]
    [InlineData("ServerLive", new byte[] { })]
    [InlineData("ServerLive", new byte[] { 0, 0, 0, 0, 9, 1 })]
    [InlineData("ServerLive", new byte[] { 0, 0, 0, 0, 0 })]
    [InlineData("ModelStreamInfer", new byte[] { 0, 0 })]
    [InlineData("ModelStreamInfer", new byte[] { 0, 0, 0, 0, 9, 1 })]
    public async Task A_gRPC_call_that_the_client_never_finishes_ends(string method, byte[] start)
    {
        await using var server = await StartAsync(Impatient);
        using var client = new HttpClient { BaseAddress = server.GrpcAddress, Timeout = RunningServer.Guard };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/inference.GRPCInferenceService/{method}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new UnfinishedContent(start),
        };

        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        _ = await answer.Content.ReadAsByteArrayAsync();

        var headers = answer.Headers.Contains("grpc-status") ? answer.Headers : answer.TrailingHeaders;
        Assert.Equal(("4", "request_body_timeout"), (headers.GetValues("grpc-status").Single(), headers.GetValues("error-code").Single()));
    }

    [Fact]
    public async Task Headers_that_never_end_are_408()
    {
        await using var server = await StartAsync(app => LimitsOf(app).RequestHeadersTimeout = TimeSpan.FromSeconds(1));
        using var connection = await OpenAsync(server);

        await connection.SendAsync("GET / HTTP/1.1\r\nHost:");

        var answer = await connection.ReadAsync();
        Assert.Equal((408, "", true), (answer.Status, answer.Body, answer.Headers.ConnectionClose));
    }

    [Fact]
    public async Task A_client_that_stops_reading_is_disconnected_and_does_not_block_other_requests()
    {
        await using var server = await StartAsync(app => LimitsOf(app).MinResponseDataRate = Strict);
        // A response of twelve megabytes: more than the buffers of two sockets hold.
        var rows = new StringBuilder("{\"instances\":[[").Insert(15, "1e9,", 2_000_000).Append("1]]}").ToString();
        using var stopped = await OpenAsync(server, receiveBufferBytes: 4_096);

        await stopped.SendAsync(Post("/v1/models/free:predict", rows));
        (await server.PostAsync("/v1/models/free:predict", """{"instances":[[1]]}""")).AssertOk("""{"predictions":[[1]]}""");

        await ServerHasLeftAsync(stopped);
        var received = (await stopped.ReadToEndAsync()).Split("\r\n\r\n");
        var length = int.Parse(ContentLength().Match(received[0]).Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.InRange(received[1].Length, 0, length - 1);
    }

    // A read would return buffered data; a write to a closed connection causes a reset.
    private static Task<SocketException> ServerHasLeftAsync(RawConnection connection) => Assert.ThrowsAsync<SocketException>(async () =>
    {
        using var deadline = new CancellationTokenSource(RunningServer.Guard);
        while (true)
        {
            await connection.SendAsync("x");
            await Task.Delay(10, deadline.Token);
        }
    });

    [GeneratedRegex(@"Content-Length: (\d+)")]
    private static partial Regex ContentLength();

    private static WebApplication Build(params string[] switches)
        => PredictorHost.Build(["--host=127.0.0.1", "--http_port=0", "--grpc_port=0", $"--model_dir={TestModels.PathOf("free")}", "--model_name=free", .. switches]);

    private static KestrelServerLimits LimitsOf(WebApplication app) => app.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;

    // The minimum data rate applies from the first byte.
    private static void Impatient(WebApplication app) => app.Services.GetRequiredService<RequestMemory>().GracePeriod = TimeSpan.Zero;

    private static async Task<RunningServer> StartAsync(Action<WebApplication> change)
    {
        var app = Build();
        change(app);
        return await RunningServer.StartAsync(app);
    }

    // Other than content of the framework, it lets the client read the response before the request is complete.
    private sealed class UnfinishedContent : HttpContent
    {
        private readonly byte[] _start;

        public UnfinishedContent(byte[] start)
        {
            _start = start;
            Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(_start, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
