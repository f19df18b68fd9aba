using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Predictor;

public sealed class OverloadTests
{
    private const string Path = "/v2/models/slow/infer";

    // Takes minutes: a test ends only if the execution is cancelled.
    private const string Endless = """{"inputs":[{"name":"turns","shape":[1],"datatype":"INT64","data":[1000000]}]}""";

    private const string Quick = """{"inputs":[{"name":"turns","shape":[1],"datatype":"INT64","data":[1]}]}""";

    [Fact]
    public async Task A_full_queue_is_429_with_retry_after()
    {
        await using var server = await PredictorServers.StartModelAsync("slow", "--queue_capacity=1", "--intra_op_num_threads=1");
        using var callers = new CancellationTokenSource();

        // One request can run and one can wait: at least two of four are rejected.
        var requests = Enumerable.Range(0, 4).Select(_ => server.PostAsync(Path, RunningServer.Json(Endless), callers.Token)).ToList();
        for (var i = 0; i < 2; i++)
        {
            var first = await Task.WhenAny(requests).WaitAsync(RunningServer.Guard);
            requests.Remove(first);
            var error = await first;
            error.AssertError(429, "queue_full", "Model slow has 1 requests waiting already; try again later.");
            Assert.Equal("1", error.Headers.GetValues("Retry-After").Single());
        }

        (await server.GetAsync("/v2/health/ready")).AssertOk("""{"ready":true}""");
        await callers.CancelAsync();
        foreach (Task rest in requests) await rest.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    [Fact]
    public async Task An_overloaded_model_does_not_delay_other_models()
    {
        using var models = TemporaryFolder.Of("slow", "versioned");
        await using var server = await PredictorServers.StartAsync(models.Path, "--queue_capacity=1", "--intra_op_num_threads=1");
        using var callers = new CancellationTokenSource();
        var requests = Enumerable.Range(0, 4).Select(_ => server.PostAsync(Path, RunningServer.Json(Endless), callers.Token)).ToList();
        // Two errors show that the queue was full and that one request runs. The fourth may be rejected too, if it arrived before the executor took the first.
        for (var i = 0; i < 2; i++) requests.Remove(await Task.WhenAny(requests).WaitAsync(RunningServer.Guard));

        for (var i = 0; i < 50; i++)
            (await server.PostAsync("/v1/models/versioned:predict", """{"instances":[1]}""").WaitAsync(RunningServer.Guard)).AssertOk("""{"predictions":[3]}""");

        Assert.Contains(requests, running => !running.IsCompleted);
        await callers.CancelAsync();
        foreach (Task rest in requests) await rest.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    [Fact]
    public async Task A_disconnect_during_execution_frees_the_executor()
    {
        await using var server = await PredictorServers.StartModelAsync("slow", "--queue_capacity=1", "--intra_op_num_threads=1");
        using var callers = new CancellationTokenSource();
        var requests = Enumerable.Range(0, 4).Select(_ => server.PostAsync(Path, RunningServer.Json(Endless), callers.Token)).ToList();
        // Two errors show that one request runs.
        for (var i = 0; i < 2; i++) requests.Remove(await Task.WhenAny(requests).WaitAsync(RunningServer.Guard));

        await callers.CancelAsync();

        using var deadline = new CancellationTokenSource(RunningServer.Guard);
        Answer answer;
        do answer = await server.PostAsync(Path, RunningServer.Json(Quick), deadline.Token);
        while (answer.Status == 429);
        Assert.Equal(200, answer.Status);
        foreach (Task rest in requests) await rest.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }
}
