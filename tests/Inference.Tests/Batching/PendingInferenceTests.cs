using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Repository;
using static InferenceServices.Inference.Tests.Repositories;

namespace InferenceServices.Inference.Tests.Batching;

public sealed class PendingInferenceTests
{
    [Fact]
    public async Task Cancellation_during_a_run_terminates_the_run()
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
    public async Task Cancellation_in_the_queue_completes_at_once_and_the_tensors_are_never_read()
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
    public async Task A_cancelled_request_does_not_occupy_the_queue()
    {
        using var repository = Of("slow", queueCapacity: 1);
        using var runningCaller = new CancellationTokenSource();
        using var waitingCaller = new CancellationTokenSource();
        using var endless = Turns(Minutes);
        using var quick = Turns(1);
        var running = repository.InferAsync(endless, runningCaller.Token);
        var cancelled = await EnqueueBehindRunAsync(repository, endless, waitingCaller.Token);

        await waitingCaller.CancelAsync();
        var waiting = repository.InferAsync(quick);
        await Assert.ThrowsAsync<QueueFullException>(() => repository.InferAsync(quick));
        await runningCaller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled).WaitAsync(Guard);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running).WaitAsync(Guard);
        using var answer = await waiting.WaitAsync(Guard);
        Assert.Equal([1f], answer["done"].Values<float>().ToArray());
    }

    [Fact]
    public async Task A_request_cancelled_before_it_is_queued_is_not_run()
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
    public async Task Cancellation_at_any_moment_completes_the_request()
    {
        using var repository = Of("slow");
        using var endless = Turns(Minutes);

        for (var i = 0; i < 2_000; i++)
        {
            using var caller = new CancellationTokenSource();
            var running = repository.InferAsync(endless, caller.Token);
            // Later each time, so that some cancellations fall between dequeue and start of the run.
            Thread.SpinWait(i % 400 * 10);
            await caller.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running).WaitAsync(Guard);
        }
    }

    [Fact]
    public async Task A_full_queue_rejects_with_429_and_retry_after()
    {
        using var repository = Of("slow", queueCapacity: 1);
        using var callers = new CancellationTokenSource();
        using var endless = Turns(Minutes);
        using var next = Turns(1);
        var running = repository.InferAsync(endless, callers.Token);
        var waiting = await EnqueueBehindRunAsync(repository, next, callers.Token);

        var error = await Assert.ThrowsAsync<QueueFullException>(() => repository.InferAsync(next));
        await callers.CancelAsync();

        Assert.Equal((429, TimeSpan.FromSeconds(1)), (error.StatusCode, error.RetryAfter));
        Assert.Equal("Model model has 1 requests waiting already; try again later.", error.Message);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running).WaitAsync(Guard);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting).WaitAsync(Guard);
    }

    [Fact]
    public async Task A_failed_run_fails_only_its_own_request()
    {
        using var repository = Of("string-input");
        using var tooMany = InferRequest.Of("text", Strings("one", "two"));
        using var good = InferRequest.Of("text", Strings("one"));

        for (var i = 0; i < 5; i++)
        {
            var error = await Assert.ThrowsAsync<InvalidInputException>(() => repository.InferAsync(tooMany)).WaitAsync(Guard);
            Assert.StartsWith("model 'model' cannot take this input: ", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("ErrorCode", error.Message, StringComparison.Ordinal);
            using var answer = await repository.InferAsync(good).WaitAsync(Guard);
            Assert.Single(answer["id"].Values<long>().ToArray());
        }
    }

    [Fact]
    public async Task Different_lengths_of_a_shared_symbolic_dimension_are_invalid_input()
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

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => repository.InferAsync(request)).WaitAsync(Guard);

        Assert.Equal("input 'count' should be as long along axis 0 as input 'prices', which has 2 there, got 3 (model 'model')", error.Message);
    }

    // One string in every case: the codecs validate the number of strings, the runtime rejects other tensors.
    private static Tensor Strings(params string[] texts)
    {
        using var builder = new TensorBuilder(Datatype.Bytes, texts.Length);
        foreach (var text in texts) builder.AppendBytes(System.Text.Encoding.UTF8.GetBytes(text));
        return builder.Build(new Shape(1));
    }

    // A queue of capacity one accepts a request only after the previous one was dequeued.
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
