using System.Diagnostics;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Shutdown;

/// <summary>What Kubernetes does to a pod in service: SIGTERM while clients with kept connections go on asking.</summary>
public sealed class SigtermUnderLoadTests
{
    private const int Clients = 16;

    // A client gets tired of nobody being there.
    private const int RefusalsInARow = 20;

    private static readonly TimeSpan DrainDelay = TimeSpan.FromSeconds(1);

    private readonly Stopwatch _sinceSignal = new();

    [Fact]
    public async Task No_request_is_lost()
    {
        await using var server = await ServerProcess.StartAsync("versioned", $"--drain_delay_seconds={DrainDelay.TotalSeconds}");
        using var warmedUp = new CountdownEvent(Clients);
        var clients = Enumerable.Range(0, Clients).Select(number => Task.Run(() => AskUntilNobodyIsThereAsync(server, number, warmedUp))).ToList();
        await Task.Run(() => Assert.True(warmedUp.Wait(RunningServer.Guard)));

        _sinceSignal.Start();
        await server.SignalAsync("TERM");

        var answered = await Task.WhenAll(clients).WaitAsync(RunningServer.Guard);
        Assert.All(answered, count => Assert.True(count > 0, "A client was not answered between the signal and the end."));
        Assert.Equal(0, await server.ExitCodeAsync());
    }

    // Returns how many requests begun after the signal were answered.
    private async Task<int> AskUntilNobodyIsThereAsync(ServerProcess server, int number, CountdownEvent warmedUp)
    {
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1 }) { BaseAddress = server.Address, Timeout = RunningServer.Guard };
        var (path, body) = number % 2 == 0
            ? ("/v1/models/versioned:predict", """{"instances":[1]}""")
            : ("/v2/models/versioned/infer", """{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}""");
        var (answered, afterSignal, refused) = (0, 0, 0);
        while (refused < RefusalsInARow)
        {
            var afterTheSignal = _sinceSignal.IsRunning;
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = RunningServer.Json(body) };
            HttpResponseMessage response;
            try
            {
                response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            }
            // Nobody is there, or nobody had looked at the request yet: it can be sent elsewhere. But never before the delay is over.
            catch (HttpRequestException exception)
            {
                Assert.True(_sinceSignal.Elapsed >= DrainDelay, $"Lost {_sinceSignal.Elapsed} after the signal: {exception}");
                refused++;
                continue;
            }
            // An answer that began is there in full.
            var answer = (await Answer.OfAsync(response)).AssertOk();
            Assert.Contains("[3]", answer.Body, StringComparison.Ordinal);
            refused = 0;
            if (afterTheSignal) afterSignal++;
            if (++answered == 10) warmedUp.Signal();
        }
        return afterSignal;
    }
}
