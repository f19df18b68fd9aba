using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using Grpc.Core;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Functional.Tests.Grpc;
using InferenceServices.Functional.Tests.Servers;
using Requested = InferenceServices.Codecs.Grpc.Messages.ModelInferRequest.Types.InferRequestedOutputTensor;

namespace InferenceServices.Functional.Tests.Chaos;

/// <summary>Requests and connections that try to end, block or exhaust the server. A response may have any status except 500.</summary>
internal sealed class HostileRequests(ServerProcess server, ConcurrentDictionary<string, int> counts, ConcurrentQueue<string> failures)
{
    private const int Megabyte = 1 << 20;

    // Longer than any cancelled request should need.
    private static readonly TimeSpan ShortWhile = TimeSpan.FromMilliseconds(100);

    private static readonly string[] Paths =
        ["/v1/models/fixed:predict", "/v2/models/free/infer", "/v1/models/gru:predict", "/v2/models/slow/infer", "/v2/repository/index", "/v1/models/string-input:predict", "/no/such/path"];

    /// <summary>Names of the test models.</summary>
    public static string[] Models { get; } = ["free", "gru", "lstm-time-first", "slow", "string-input"];

    public async Task RunAsync(Random random, CancellationToken stop)
    {
        (string Name, Func<Task<string>> Send)[] kinds =
        [
            ("random bytes", () => PostAsync(Pick(random), Bytes(random, 65_536))),
            ("deep nesting", () => PostAsync(Pick(random), Text(new string('[', 100_000)))),
            ("many rows", () => PostAsync("/v1/models/fixed:predict", Text($$"""{"instances":[{{string.Join(',', Enumerable.Repeat("[1,2,3]", 300_000))}}]}"""))),
            ("dense array", () => PostAsync("/v2/models/free/infer", Text($$"""{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[{{string.Join(',', Enumerable.Repeat('0', 2 * Megabyte))}}]}]}"""))),
            ("shape overflow", () => PostAsync("/v2/models/free/infer", Text("""{"inputs":[{"name":"x","shape":[4611686018427387904,4],"datatype":"FP32","data":[1]}]}"""))),
            ("gzip bomb", () => PostAsync(Pick(random), Gzip(new byte[32 * Megabyte]), "gzip")),
            ("truncated gzip", () => PostAsync(Pick(random), Gzip(Text("""{"instances":[[1,2,3]]}"""))[..^9], "gzip")),
            ("no rows", () => PostAsync("/v1/models/gru:predict", Text("""{"instances":[]}"""))),
            ("empty axis", () => PostAsync("/v1/models/gru:predict", Text("""{"instances":[[]]}"""))),
            ("no steps", () => PostAsync("/v2/models/lstm-time-first/infer", Text("""{"inputs":[{"name":"x","shape":[0,1,2],"datatype":"FP32","data":[]}]}"""))),
            ("cancelled run", () => CancelAsync("/v2/models/slow/infer", """{"inputs":[{"name":"turns","shape":[1],"datatype":"INT64","data":[1000000]}]}""")),
            ("announced body", () => AbandonAsync($"POST {Pick(random)} HTTP/1.1\r\nHost: x\r\nContent-Length: 60000000\r\n\r\n{{\"instances\":")),
            ("half a header", () => AbandonAsync("POST /v1/models/fixed:predict HTTP/1.1\r\nHost: x\r\nContent-Le")),
            ("unread responses", () => AbandonAsync(string.Concat(Enumerable.Repeat("GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n", 50)))),
            ("no HTTP", () => AbandonAsync(Encoding.Latin1.GetString(Bytes(random, 4096)))),
            ("many empty outputs", () => CallAsync(new ModelInferRequest { ModelName = "free", Outputs = { Enumerable.Repeat(new Requested(), 500_000) } })),
            ("wrong contents", () => CallAsync(GrpcRequests.Typed("free", "x", [1, 4_000_000_000], 1))),
            ("wrong bytes", () => CallAsync(new ModelInferRequest { ModelName = "free", RawInputContents = { Google.Protobuf.ByteString.CopyFrom(Bytes(random, 4096)) } })),
        ];
        while (!stop.IsCancellationRequested)
        {
            var (name, send) = kinds[random.Next(kinds.Length)];
            try
            {
                var status = await send();
                counts.AddOrUpdate($"hostile {name}: {status}", 1, (_, count) => count + 1);
                if (status is "500" or nameof(StatusCode.Unknown)) failures.Enqueue($"hostile {name}: {status}");
            }
            // The server closes the connection of a body that it does not read to its end.
            catch (Exception exception) when (exception is HttpRequestException or IOException or System.Net.Sockets.SocketException)
            {
                counts.AddOrUpdate($"hostile {name}: connection closed", 1, (_, count) => count + 1);
            }
        }
    }

    private static string Pick(Random random) => Paths[random.Next(Paths.Length)];

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Bytes(Random random, int most)
    {
        var bytes = new byte[random.Next(1, most)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Gzip(byte[] content)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest)) gzip.Write(content);
        return target.ToArray();
    }

    private async Task<string> PostAsync(string path, byte[] body, string? coding = null, CancellationToken cancellationToken = default)
    {
        using var content = new ByteArrayContent(body);
        if (coding is not null) content.Headers.ContentEncoding.Add(coding);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await server.Client.PostAsync(path, content, cancellationToken);
        return $"{(int)response.StatusCode}";
    }

    private async Task<string> CancelAsync(string path, string body)
    {
        using var caller = new CancellationTokenSource(ShortWhile);
        try
        {
            return await PostAsync(path, Text(body), cancellationToken: caller.Token);
        }
        catch (OperationCanceledException)
        {
            return "cancelled";
        }
    }

    /// <summary>Sends the beginning of a message and resets the connection.</summary>
    private async Task<string> AbandonAsync(string text)
    {
        using var connection = await RawConnection.OpenAsync(server.Address, receiveBufferBytes: 4096);
        await connection.SendAsync(text);
        connection.Reset();
        return "abandoned";
    }

    private async Task<string> CallAsync(ModelInferRequest request)
    {
        try
        {
            await server.Grpc.ModelInferAsync(request);
            return nameof(StatusCode.OK);
        }
        catch (RpcException exception)
        {
            return exception.StatusCode.ToString();
        }
    }
}
