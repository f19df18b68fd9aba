using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Repository;
using static InferenceServices.Inference.Tests.Repositories;

namespace InferenceServices.Inference.Tests.Batching;

public sealed class PendingInferenceTests
{
    [Fact]
    public async Task A_caller_who_leaves_during_a_run_ends_it_early()
    {
        using var repository = Of("slow", queueCapacity: 1);
        using var caller = new CancellationTokenSource();
        using var endless = Turns(Minutes);
        using var next = Turns(2);
        var running = repository.InferAsync(endless, caller.Token);
        var waiting = await EnqueueBehindRunAsync(repository, next);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running).WaitAsync(Guard);
        using var answer = await waiting.WaitAsync(Guard);
        Assert.Equal([2f], answer["done"].Values<float>().ToArray());
    }

    [Fact]
    public async Task A_caller_who_leaves_the_queue_is_told_at_once_and_its_tensors_are_never_read()
    {
        using var repository = Of("slow", queueCapacity: 1);
        using var runningCaller = new CancellationTokenSource();
        using var waitingCaller = new CancellationTokenSource();
        using var endless = Turns(Minutes);
        var abandoned = Turns(Minutes);
        var running = repository.InferAsync(endless, runningCaller.Token);
        var waiting = await EnqueueBehindRunAsync(repository, abandoned, waitingCaller.Token);

        await waitingCaller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting).WaitAsync(Guard);
        Assert.False(running.IsCompleted);
        abandoned.Dispose();
        await runningCaller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running).WaitAsync(Guard);
        using var quick = Turns(1);
        using var answer = await repository.InferAsync(quick).WaitAsync(Guard);
        Assert.Equal([1f], answer["done"].Values<float>().ToArray());
    }

    [Fact]
    public async Task A_caller_who_left_the_queue_keeps_no_place_in_it()
    {
        using var repository = Of("slow", queueCapacity: 1);
        using var runningCaller = new CancellationTokenSource();
        using var waitingCaller = new CancellationTokenSource();
        using var endless = Turns(Minutes);
        using var quick = Turns(1);
        var running = repository.InferAsync(endless, runningCaller.Token);
        var left = await EnqueueBehindRunAsync(repository, endless, waitingCaller.Token);

        await waitingCaller.CancelAsync();
        var waiting = repository.InferAsync(quick);
        await Assert.ThrowsAsync<QueueFullException>(() => repository.InferAsync(quick));
        await runningCaller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left).WaitAsync(Guard);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running).WaitAsync(Guard);
        using var answer = await waiting.WaitAsync(Guard);
        Assert.Equal([1f], answer["done"].Values<float>().ToArray());
    }

    [Fact]
    public async Task A_caller_who_left_before_asking_runs_nothing()
    {
        using var repository = Of("slow");
        using var endless = Turns(Minutes);

        for (var i = 0; i < 500; i++)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => repository.InferAsync(endless, new CancellationToken(true))).WaitAsync(Guard);

        using var quick = Turns(1);
        using var answer = await repository.InferAsync(quick).WaitAsync(Guard);
        Assert.Equal([1f], answer["done"].Values<float>().ToArray());
    }

    [Fact]
    public async Task A_caller_who_leaves_at_any_moment_is_heard()
    {
        using var repository = Of("slow");
        using var endless = Turns(Minutes);

        for (var i = 0; i < 2_000; i++)
        {
            using var caller = new CancellationTokenSource();
            var running = repository.InferAsync(endless, caller.Token);
            // Later each time, so that some fall between leaving the queue and the first turn.
            Thread.SpinWait(i % 400 * 10);
            await caller.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running).WaitAsync(Guard);
        }
    }

    [Fact]
    public async Task A_full_queue_refuses_with_429_and_says_when_to_come_back()
    {
        using var repository = Of("slow", queueCapacity: 1);
        using var callers = new CancellationTokenSource();
        using var endless = Turns(Minutes);
        using var next = Turns(1);
        var running = repository.InferAsync(endless, callers.Token);
        var waiting = await EnqueueBehindRunAsync(repository, next, callers.Token);

        var refusal = await Assert.ThrowsAsync<QueueFullException>(() => repository.InferAsync(next));
        await callers.CancelAsync();

        Assert.Equal((429, TimeSpan.FromSeconds(1)), (refusal.StatusCode, refusal.RetryAfter));
        Assert.Equal("Model model has 1 requests waiting already; try again later.", refusal.Message);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running).WaitAsync(Guard);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting).WaitAsync(Guard);
    }

    [Fact]
    public async Task A_run_that_fails_harms_only_its_own_caller()
    {
        using var repository = Of("string-input");
        using var tooMany = InferRequest.Of("text", Strings("one", "two"));
        using var good = InferRequest.Of("text", Strings("one"));

        for (var i = 0; i < 5; i++)
        {
            var refusal = await Assert.ThrowsAsync<InvalidInputException>(() => repository.InferAsync(tooMany)).WaitAsync(Guard);
            Assert.StartsWith("model 'model' cannot take this input: ", refusal.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("ErrorCode", refusal.Message, StringComparison.Ordinal);
            using var answer = await repository.InferAsync(good).WaitAsync(Guard);
            Assert.Single(answer["id"].Values<long>().ToArray());
        }
    }

    [Fact]
    public async Task Inputs_of_different_lengths_along_an_axis_the_graph_gives_one_name_are_the_callers_mistake()
    {
        using var repository = Of("mixed");
        using var request = new InferRequest
        {
            Inputs =
            [
                new("prices", Tensor.Of(Datatype.Fp32, new Shape(2, 2), [1f, 2, 3, 4])), new("count", Tensor.Of(Datatype.Int64, new Shape(3), [1L, 2, 3])),
                new("member", Tensor.Of(Datatype.Bool, new Shape(2), [true, false])),
            ],
        };

        var refusal = await Assert.ThrowsAsync<InvalidInputException>(() => repository.InferAsync(request)).WaitAsync(Guard);

        Assert.Equal("input 'count' should be as long along axis 0 as input 'prices', which has 2 there, got 3 (model 'model')", refusal.Message);
    }

    // One string whatever comes: the codecs see to it that a tensor has as many as its shape says, the runtime refuses what they overlook.
    private static Tensor Strings(params string[] texts)
    {
        using var builder = new TensorBuilder(Datatype.Bytes, texts.Length);
        foreach (var text in texts) builder.AppendBytes(System.Text.Encoding.UTF8.GetBytes(text));
        return builder.Build(new Shape(1));
    }

    // A queue of one has room only once the request before has left it for its run.
    private static async Task<Task<InferResponse>> EnqueueBehindRunAsync(
        ModelRepository repository, InferRequest request, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var waiting = repository.InferAsync(request, cancellationToken);
            if (!waiting.IsFaulted) return waiting;
            await Assert.ThrowsAsync<QueueFullException>(() => waiting);
            await Task.Yield();
        }
    }
}
