using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Predictor;

public sealed class OverloadTests
{
    private const string Path = "/v2/models/slow/infer";

    // Minutes: only ending the run early lets a test finish.
    private const string Endless = """{"inputs":[{"name":"turns","shape":[1],"datatype":"INT64","data":[1000000]}]}""";

    private const string Quick = """{"inputs":[{"name":"turns","shape":[1],"datatype":"INT64","data":[1]}]}""";

    [Fact]
    public async Task A_full_queue_is_refused_with_429_and_retry_after()
    {
        await using var server = await PredictorServers.StartModelAsync("slow", "--queue_capacity=1", "--intra_op_num_threads=1");
        using var callers = new CancellationTokenSource();

        // One can run and one can wait: of four, two are refused at least.
        var asked = Enumerable.Range(0, 4).Select(_ => server.PostAsync(Path, RunningServer.Json(Endless), callers.Token)).ToList();
        for (var i = 0; i < 2; i++)
        {
            var first = await Task.WhenAny(asked).WaitAsync(RunningServer.Guard);
            asked.Remove(first);
            var refused = await first;
            refused.AssertRefused(429, "queue_full", "Model slow has 1 requests waiting already; try again later.");
            Assert.Equal("1", refused.Headers.GetValues("Retry-After").Single());
        }

        (await server.GetAsync("/v2/health/ready")).AssertOk("""{"ready":true}""");
        await callers.CancelAsync();
        foreach (Task rest in asked) await rest.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    [Fact]
    public async Task A_model_that_is_overrun_does_not_delay_its_neighbours()
    {
        using var models = TemporaryFolder.Of("slow", "versioned");
        await using var server = await PredictorServers.StartAsync(models.Path, "--queue_capacity=1", "--intra_op_num_threads=1");
        using var callers = new CancellationTokenSource();
        var asked = Enumerable.Range(0, 4).Select(_ => server.PostAsync(Path, RunningServer.Json(Endless), callers.Token)).ToList();
        // Two refusals: its queue has been full, and one of the others runs. The fourth may be refused too, if it came before the executor took the first.
        for (var i = 0; i < 2; i++) asked.Remove(await Task.WhenAny(asked).WaitAsync(RunningServer.Guard));

        for (var i = 0; i < 50; i++)
            (await server.PostAsync("/v1/models/versioned:predict", """{"instances":[1]}""").WaitAsync(RunningServer.Guard)).AssertOk("""{"predictions":[3]}""");

        Assert.Contains(asked, running => !running.IsCompleted);
        await callers.CancelAsync();
        foreach (Task rest in asked) await rest.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    [Fact]
    public async Task A_client_who_leaves_during_a_run_frees_the_executor()
    {
        await using var server = await PredictorServers.StartModelAsync("slow", "--queue_capacity=1", "--intra_op_num_threads=1");
        using var callers = new CancellationTokenSource();
        var asked = Enumerable.Range(0, 4).Select(_ => server.PostAsync(Path, RunningServer.Json(Endless), callers.Token)).ToList();
        // Two refusals: somebody is running.
        for (var i = 0; i < 2; i++) asked.Remove(await Task.WhenAny(asked).WaitAsync(RunningServer.Guard));

        await callers.CancelAsync();

        using var deadline = new CancellationTokenSource(RunningServer.Guard);
        Answer answer;
        do answer = await server.PostAsync(Path, RunningServer.Json(Quick), deadline.Token);
        while (answer.Status == 429);
        Assert.Equal(200, answer.Status);
        foreach (Task rest in asked) await rest.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }
}
