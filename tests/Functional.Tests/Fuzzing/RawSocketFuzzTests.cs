using System.Net.Sockets;
using FsCheck.Xunit;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>Any bytes on a port get a response or close the connection, and the next request in both protocols succeeds.</summary>
[Collection(nameof(FuzzedServers))]
public sealed class RawSocketFuzzTests(FuzzedServers servers)
{
    [Property(MaxTest = FuzzedServers.Cases / 2)]
    public Task Random_bytes_on_the_REST_port_do_not_affect_other_clients(byte[] bytes) => TalkAsync(bytes);

    [Property(MaxTest = FuzzedServers.Cases, Arbitrary = [typeof(Messages)])]
    public Task A_random_message_on_the_REST_port_gets_a_response_or_a_client_error(RawMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return TalkAsync(message.Bytes);
    }

    [Property(MaxTest = FuzzedServers.Cases / 2, Arbitrary = [typeof(Http2Frames)])]
    public async Task Random_frames_on_the_gRPC_port_do_not_affect_other_clients(RawMessage frames)
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

        // No response if the request was incomplete, otherwise complete responses.
        foreach (var answer in await connection.ReadAllAsync().WaitAsync(FuzzedServers.Patience)) FuzzedServers.AssertTame(answer);
        await servers.AssertAliveAsync(servers.Predictor);
    }

    // Sends the next request before it shuts down the connection: Kestrel aborts the requests of a client that has shut down.
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
            // The server may close the connection at an invalid message.
        }
    }
}
