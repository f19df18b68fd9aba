using System.Net.Sockets;
using FsCheck.Xunit;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>Whatever arrives at a port, HTTP or not, is answered or hung up on, and both protocols are there for the next caller.</summary>
[Collection(nameof(FuzzedServers))]
public sealed class RawSocketFuzzTests(FuzzedServers servers)
{
    [Property(MaxTest = FuzzedServers.Cases / 2)]
    public Task Any_bytes_at_the_port_of_REST_disturb_nobody(byte[] bytes) => TalkAsync(bytes);

    [Property(MaxTest = FuzzedServers.Cases, Arbitrary = [typeof(Messages)])]
    public Task Any_message_at_the_port_of_REST_is_answered_or_refused(RawMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return TalkAsync(message.Bytes);
    }

    [Property(MaxTest = FuzzedServers.Cases / 2, Arbitrary = [typeof(Http2Frames)])]
    public async Task Any_frames_at_the_port_of_gRPC_disturb_nobody(RawMessage frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        using var connection = await RawConnection.OpenAsync(servers.Predictor.GrpcAddress);

        await SayAsync(connection, frames.Bytes, servers.AssertGrpcAliveAsync);
        await connection.ReadToEndAsync().WaitAsync(FuzzedServers.Patience);

        await servers.AssertGrpcAliveAsync();
    }

    private async Task TalkAsync(byte[] bytes)
    {
        using var connection = await RawConnection.OpenAsync(servers.Predictor);

        await SayAsync(connection, bytes, () => servers.AssertAliveAsync(servers.Predictor));

        // None, when half a request came; else all of them whole.
        foreach (var answer in await connection.ReadAllAsync().WaitAsync(FuzzedServers.Patience)) FuzzedServers.AssertTame(answer);
        await servers.AssertAliveAsync(servers.Predictor);
    }

    // Another caller is served before the last word: to Kestrel, who has no more to say has left, and is owed no answer that is not yet there.
    private static async Task SayAsync(RawConnection connection, byte[] bytes, Func<Task> assertAlive)
    {
        try
        {
            await connection.SendAsync(bytes);
            await assertAlive();
            connection.EndSending();
        }
        catch (SocketException)
        {
            // It hung up in the middle of nonsense, which it may.
        }
    }
}
