using System.Diagnostics;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Shutdown;

/// <summary>SIGTERM under load, as Kubernetes sends it: clients with open connections continue to send requests.</summary>
public sealed class SigtermUnderLoadTests
{
    private const int Clients = 16;

    // A client stops after a number of failed connections.
    private const int MaxConsecutiveFailures = 20;

    private static readonly TimeSpan DrainDelay = TimeSpan.FromSeconds(1);

    private readonly Stopwatch _sinceSignal = new();

    [Fact]
    public async Task No_request_is_lost()
    {
        await using var server = await ServerProcess.StartAsync("versioned", $"--drain_delay_seconds={DrainDelay.TotalSeconds}");
        using var warmedUp = new CountdownEvent(Clients);
        var clients = Enumerable.Range(0, Clients).Select(number => Task.Run(() => RequestUntilConnectionsFailAsync(server, number, warmedUp))).ToList();
        await Task.Run(() => Assert.True(warmedUp.Wait(RunningServer.Guard)));

        _sinceSignal.Start();
        await server.SignalAsync("TERM");

        var answered = await Task.WhenAll(clients).WaitAsync(RunningServer.Guard);
        Assert.All(answered, count => Assert.True(count > 0, "A client was not answered between the signal and the end."));
        Assert.Equal(0, await server.ExitCodeAsync());
    }

    // Returns the number of successful requests that started after the signal.
    private async Task<int> RequestUntilConnectionsFailAsync(ServerProcess server, int number, CountdownEvent warmedUp)
    {
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1 }) { BaseAddress = server.Address, Timeout = RunningServer.Guard };
        var (path, body) = number % 2 == 0
            ? ("/v1/models/versioned:predict", """{"instances":[1]}""")
            : ("/v2/models/versioned/infer", """{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}""");
        var (answered, afterSignal, failures) = (0, 0, 0);
        while (failures < MaxConsecutiveFailures)
        {
            var afterTheSignal = _sinceSignal.IsRunning;
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = RunningServer.Json(body) };
            HttpResponseMessage response;
            try
            {
                response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            }
            // The connection failed before a response began: a client can retry elsewhere. This must not happen before the drain delay ends.
            catch (HttpRequestException exception)
            {
                Assert.True(_sinceSignal.Elapsed >= DrainDelay, $"Lost {_sinceSignal.Elapsed} after the signal: {exception}");
                failures++;
                continue;
            }
            // A response that began is complete.
            var answer = (await Answer.OfAsync(response)).AssertOk();
            Assert.Contains("[3]", answer.Body, StringComparison.Ordinal);
            failures = 0;
            if (afterTheSignal) afterSignal++;
            if (++answered == 10) warmedUp.Signal();
        }
        return afterSignal;
    }
}
