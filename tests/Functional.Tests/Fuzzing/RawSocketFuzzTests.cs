using System.Net.Sockets;
using System.Text;
using FsCheck.Xunit;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>Whatever arrives at a port, HTTP or not, both protocols are there for the next caller.</summary>
[Collection(nameof(FuzzedServers))]
public sealed class RawSocketFuzzTests(FuzzedServers servers)
{
    private static readonly byte[] Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    [Property(MaxTest = FuzzedServers.Cases / 2)]
    public async Task Any_bytes_at_the_port_of_REST_disturb_nobody(byte[] bytes)
    {
        await TalkAsync(servers.Predictor.Client.BaseAddress!, bytes);
        await servers.AssertAliveAsync(servers.Predictor);
    }

    [Property(MaxTest = FuzzedServers.Cases, Arbitrary = [typeof(Messages)])]
    public async Task A_changed_message_at_the_port_of_REST_is_answered_or_refused(MangledMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);

        var answer = await TalkAsync(servers.Predictor.Client.BaseAddress!, message.Bytes);

        // Nothing, when half a message came; else every answer in it is one.
        foreach (var line in answer.Split('\n').Where(line => line.StartsWith("HTTP/", StringComparison.Ordinal)))
        {
            Assert.StartsWith("HTTP/1.", line, StringComparison.Ordinal);
            Assert.True(line["HTTP/1.1 ".Length] is '1' or '2' or '3' or '4' || line.Contains(" 501 ", StringComparison.Ordinal) || line.Contains(" 505 ", StringComparison.Ordinal), line);
        }
        await servers.AssertAliveAsync(servers.Predictor);
    }

    [Property(MaxTest = FuzzedServers.Cases / 2)]
    public async Task Any_frames_at_the_port_of_gRPC_disturb_nobody(byte[] bytes, bool greeted)
    {
        await TalkAsync(servers.Predictor.GrpcAddress, greeted ? [.. Preface, .. bytes] : bytes);
        await servers.AssertGrpcAliveAsync();
    }

    // Says everything, says that there is no more, and listens to the end.
    private static async Task<string> TalkAsync(Uri address, byte[] bytes)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var guard = new CancellationTokenSource(RunningServer.Guard);
        await socket.ConnectAsync(address.Host, address.Port, guard.Token);
        var answer = new MemoryStream();
        try
        {
            await socket.SendAsync(bytes, guard.Token);
            socket.Shutdown(SocketShutdown.Send);
            var buffer = new byte[4096];
            while (await socket.ReceiveAsync(buffer, guard.Token) is > 0 and var count) answer.Write(buffer.AsSpan(0, count));
        }
        catch (SocketException)
        {
            // It hung up in the middle of nonsense, which it may.
        }
        return Encoding.Latin1.GetString(answer.ToArray());
    }
}
