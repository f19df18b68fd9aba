using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Chaos;

/// <summary>
/// A predictor in a memory control group, attacked beside good traffic. Each attack lasts a few seconds; <c>benchmarks/memory/run</c> runs longer.
/// </summary>
public sealed class MemoryAttackTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(3);

    // Dense JSON numbers: two bytes each in the body, eight in a tensor.
    private const int Numbers = 3_750_000;

    private static readonly string[] Rejections = ["400", "408", "413", "429", "503"];

    [Theory]
    [InlineData(256)]
    [InlineData(1_024)]
    public async Task No_attack_kills_the_process_resets_a_connection_or_fails_a_good_request(int mebibytes)
    {
        using var group = MemoryGroup.TryCreate(mebibytes, out var reason);
        if (group is null) Assert.Skip(reason);
        using var models = TemporaryFolder.Of([.. GoodTraffic.Models, "free", "datatypes"]);
        await using var server = await ServerProcess.StartAsync("Predictor", [$"--model_dir={models.Path}"], [], joined: group.Processes);
        var counts = new ConcurrentDictionary<string, int>();
        var failures = new ConcurrentQueue<string>();
        var good = new GoodTraffic(server, counts, failures);

        foreach (var (name, clients, attack) in Attacks(server))
        {
            using var stop = new CancellationTokenSource(Duration);
            await Task.WhenAll([good.RunAsync(stop.Token), .. Enumerable.Range(0, clients).Select(_ => Task.Run(() => RepeatAsync(name, attack, counts, failures, stop.Token)))]);
        }

        foreach (var (name, count) in counts.OrderBy(pair => pair.Key, StringComparer.Ordinal)) output.WriteLine($"{name}: {count}");
        Assert.Empty(failures);
        await good.SendAllAsync();
        Assert.Empty(failures);
        Assert.Equal(0, group.ReadKills());
        await server.AssertStopsAsync();
    }

    private static IEnumerable<(string Name, int Clients, Func<CancellationToken, Task<string>> Attack)> Attacks(ServerProcess server)
    {
        var zeros = Repeat("""{"instances":[[""", "0,", Numbers, "0]]}");
        var longs = Repeat($$"""{"inputs":[{"name":"int64_in","shape":[{{Numbers + 1}}],"datatype":"INT64","data":[""", "0,", Numbers, "0]}]}");
        var rows = Repeat("""{"instances":[""", "[0],", Numbers / 2, "[0]]}");
        var answer = Repeat("""{"instances":[[""", "1e9,", 1_000_000, "0]]}");
        var outputs = Gzip(Repeat("", "2\0", 4_000_000, ""));
        var packed = Gzip(zeros);
        return
        [
            ("gzip bodies", 24, stop => PostAsync(server, "/v1/models/free:predict", packed, stop, "gzip")),
            ("dense INT64", 8, stop => PostAsync(server, "/v2/models/datatypes/infer", longs, stop)),
            ("many instances", 8, stop => PostAsync(server, "/v1/models/free:predict", rows, stop)),
            ("empty gRPC outputs", 4, stop => CallAsync(server, outputs, stop)),
            ("slow senders", 100, stop => HoldAsync(server, Head(64_000_000), answer.AsMemory(0, 200_000), stop)),
            ("slow readers", 30, stop => HoldAsync(server, Head(answer.Length), answer, stop)),
        ];
    }

    private static async Task RepeatAsync(
        string name, Func<CancellationToken, Task<string>> attack, ConcurrentDictionary<string, int> counts, ConcurrentQueue<string> failures, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var status = await attack(stop);
                counts.AddOrUpdate($"{name}: {status}", 1, (_, count) => count + 1);
                if (status is not ("200" or "held") && !status.StartsWith("grpc", StringComparison.Ordinal) && !Rejections.Contains(status)) failures.Enqueue($"{name}: {status}");
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
            {
                failures.Enqueue($"{name}: {exception}");
            }
        }
    }

    private static async Task<string> PostAsync(ServerProcess server, string path, byte[] body, CancellationToken stop, string? coding = null)
    {
        using var content = new ByteArrayContent(body);
        if (coding is not null) content.Headers.ContentEncoding.Add(coding);
        using var answer = await server.Client.PostAsync(path, content, stop);
        return ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture);
    }

    private static async Task<string> CallAsync(ServerProcess server, byte[] message, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.GrpcAddress, "/inference.GRPCInferenceService/ModelInfer"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([1, (byte)(message.Length >> 24), (byte)(message.Length >> 16), (byte)(message.Length >> 8), (byte)message.Length, .. message]),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.Add("grpc-encoding", "gzip");
        using var answer = await server.Client.SendAsync(request, stop);
        return "grpc " + string.Join(',', answer.Headers.TryGetValues("grpc-status", out var early) ? early : answer.TrailingHeaders.GetValues("grpc-status"));
    }

    // Sends, and neither reads nor sends more.
    private static async Task<string> HoldAsync(ServerProcess server, byte[] head, ReadOnlyMemory<byte> body, CancellationToken stop)
    {
        using var connection = await RawConnection.OpenAsync(server.Address, receiveBufferBytes: 4_096);
        await connection.SendAsync(head);
        try
        {
            await connection.SendAsync(body);
        }
        // A body that is rejected is not read to its end.
        catch (SocketException)
        {
        }
        try
        {
            await Task.Delay(Timeout.Infinite, stop);
        }
        catch (OperationCanceledException)
        {
            // The end of the attack.
        }
        return "held";
    }

    private static byte[] Head(int length) => Encoding.ASCII.GetBytes($"POST /v1/models/free:predict HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n");

    private static byte[] Repeat(string start, string item, int count, string end)
        => Encoding.ASCII.GetBytes(new StringBuilder(start).Insert(start.Length, item, count).Append(end).ToString());

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var encoder = new GZipStream(packed, CompressionLevel.Fastest)) encoder.Write(bytes);
        return packed.ToArray();
    }
}
