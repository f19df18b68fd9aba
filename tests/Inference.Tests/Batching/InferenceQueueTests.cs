using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Batching;

namespace InferenceServices.Inference.Tests.Batching;

public sealed class InferenceQueueTests
{
    [Fact]
    public void Requests_are_dequeued_in_order()
    {
        var queue = Queue(3);
        PendingInference?[] pending = [Pending(), Pending(), Pending()];

        Assert.All(pending, request => Assert.True(queue.TryEnqueue(request!, out _)));

        Assert.Equal(pending, [Next(queue), Next(queue), Next(queue)]);
    }

    [Fact]
    public void A_full_queue_rejects_until_a_request_is_dequeued()
    {
        var queue = Queue(2);
        queue.TryEnqueue(Pending(), out _);
        queue.TryEnqueue(Pending(), out _);

        Assert.False(queue.TryEnqueue(Pending(), out _));
        Next(queue);
        Assert.True(queue.TryEnqueue(Pending(), out _));
        Assert.False(queue.TryEnqueue(Pending(), out _));
    }

    [Fact]
    public void A_completed_queue_is_emptied_first()
    {
        var queue = Queue(2);
        var last = Pending();
        queue.TryEnqueue(last, out _);

        queue.Complete();

        Assert.Same(last, Next(queue));
        Assert.Null(Next(queue));
        Assert.Null(Next(queue));
    }

    [Fact]
    public async Task A_waiting_worker_wakes_for_a_request()
    {
        var queue = Queue(1);
        var waiting = Task.Factory.StartNew(() => Next(queue), TaskCreationOptions.LongRunning);
        var pending = Pending();

        queue.TryEnqueue(pending, out _);

        Assert.Same(pending, await waiting.WaitAsync(Repositories.Guard));
    }

    [Fact]
    public async Task All_waiting_workers_wake_when_the_queue_completes()
    {
        var queue = Queue(1);
        var waiting = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(() => Next(queue), TaskCreationOptions.LongRunning)).ToArray();

        queue.Complete();

        Assert.All(await Task.WhenAll(waiting).WaitAsync(Repositories.Guard), Assert.Null);
    }

    [Fact]
    public async Task No_request_is_lost_or_duplicated_between_many_workers()
    {
        var queue = Queue(100_000);
        var workers = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(() => Drain(queue), TaskCreationOptions.LongRunning)).ToArray();
        var pending = Enumerable.Range(0, 20_000).Select(_ => Pending()).ToArray();

        Parallel.ForEach(pending, request => Assert.True(queue.TryEnqueue(request, out _)));
        queue.Complete();

        var drained = (await Task.WhenAll(workers).WaitAsync(Repositories.Guard)).SelectMany(found => found).ToHashSet();
        Assert.Equal(pending.Length, drained.Count);
    }

    [Fact]
    public void Requests_compatible_with_the_oldest_form_a_batch_and_the_others_retain_their_order()
    {
        var queue = new InferenceQueue(10, int.MaxValue, new BatchLimits(4, TimeSpan.Zero));
        var (a, b, c) = (Rows(1, 2), Rows(1, 3), Rows(1, 2));
        var (d, alone, e, f, g) = (Rows(1, 3), Pending(), Rows(1, 2), Rows(2, 2), Rows(1, 2));
        foreach (var request in new[] { a, b, c, d, alone, e, f, g }) queue.TryEnqueue(request, out _);

        // The request of two rows does not fit, and later requests do not overtake it.
        Assert.Equal([a, c, e], Batch(queue));
        Assert.Equal([b, d], Batch(queue));
        Assert.Equal([alone], Batch(queue));
        Assert.Equal([f, g], Batch(queue));
    }

    [Fact]
    public void A_request_wider_than_a_batch_runs_alone()
    {
        var queue = new InferenceQueue(10, int.MaxValue, new BatchLimits(4, TimeSpan.Zero));
        var (wide, a, b) = (Rows(9, 2), Rows(1, 2), Rows(3, 2));
        foreach (var request in new[] { wide, a, b }) queue.TryEnqueue(request, out _);

        Assert.Equal([wide], Batch(queue));
        Assert.Equal([a, b], Batch(queue));
    }

    [Fact]
    public void Only_requests_for_the_same_outputs_are_batched()
    {
        var queue = new InferenceQueue(10, int.MaxValue, new BatchLimits(8, TimeSpan.Zero));
        var (all, y, again, other) = (Rows(1, 2), Rows(1, 2, "y"), Rows(1, 2, "y"), Rows(1, 2, "z"));
        foreach (var request in new[] { all, y, other, again }) queue.TryEnqueue(request, out _);

        Assert.Equal([all], Batch(queue));
        Assert.Equal([y, again], Batch(queue));
        Assert.Equal([other], Batch(queue));
    }

    [Fact]
    public void Inputs_are_batched_by_name_datatype_and_width()
    {
        PendingInference request = Of(("a", Datatype.Fp32, 2)), same = Of(("a", Datatype.Fp32, 2));

        Assert.True(request.CanBatchWith(same));
        Assert.All(
            new[] { Of(("b", Datatype.Fp32, 2)), Of(("a", Datatype.Int32, 2)), Of(("a", Datatype.Fp32, 3)), Of(("a", Datatype.Fp32, 2), ("b", Datatype.Fp32, 2)), Pending() },
            other => Assert.False(request.CanBatchWith(other) || other.CanBatchWith(request)));
    }

    [Fact]
    public async Task With_a_latency_a_request_waits_until_the_batch_is_full()
    {
        var queue = new InferenceQueue(10, int.MaxValue, new BatchLimits(3, Repositories.Guard));
        PendingInference[] pending = [Rows(1, 2), Rows(1, 2), Rows(1, 2)];
        var taking = Task.Factory.StartNew(() => Batch(queue), TaskCreationOptions.LongRunning);

        foreach (var request in pending)
        {
            Assert.False(taking.IsCompleted);
            queue.TryEnqueue(request, out _);
        }

        Assert.Equal(pending, await taking.WaitAsync(Repositories.Guard));
    }

    [Fact]
    public void A_request_does_not_wait_longer_than_the_latency()
    {
        var queue = new InferenceQueue(10, int.MaxValue, new BatchLimits(3, TimeSpan.FromMilliseconds(20)));
        var pending = Rows(1, 2);
        queue.TryEnqueue(pending, out _);

        Assert.Equal([pending], Batch(queue));
        Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(pending.QueuedAt).TotalMilliseconds, 20, 60_000);
    }

    [Fact]
    public void After_batching_stops_requests_are_dequeued_one_by_one()
    {
        var queue = new InferenceQueue(10, int.MaxValue, new BatchLimits(8, Repositories.Guard));
        PendingInference[] pending = [Rows(1, 2), Rows(1, 2)];
        foreach (var request in pending) queue.TryEnqueue(request, out _);

        queue.StopBatching();

        Assert.Equal([pending[0]], Batch(queue));
        Assert.Equal([pending[1]], Batch(queue));
    }

    [Fact]
    public void Retry_after_is_estimated_from_the_throughput()
    {
        var queue = new InferenceQueue(11, 1, BatchLimits.Disabled);
        Assert.Equal(TimeSpan.FromSeconds(1), queue.RetryAfter);
        for (var i = 0; i < 11; i++) queue.TryEnqueue(Pending(), out _);

        RunFor(queue, 10, TimeSpan.FromSeconds(5));
        Assert.Equal(TimeSpan.FromSeconds(5), queue.RetryAfter);
        // A slower measurement moves the average by a tenth.
        RunFor(queue, 1, TimeSpan.FromSeconds(1.5));
        Assert.Equal(5.4, queue.RetryAfter.TotalSeconds, 0.001);
        // The value is bounded.
        RunFor(queue, 1, TimeSpan.FromHours(10));
        Assert.Equal(TimeSpan.FromSeconds(60), queue.RetryAfter);
    }

    [Fact]
    public void A_run_begins_on_the_thread_of_the_request_only_if_the_model_is_idle_and_its_runs_are_short()
    {
        var queue = new InferenceQueue(4, 1, BatchLimits.Disabled);
        // Not measured yet.
        Assert.False(queue.TryBeginRun());
        queue.TryEnqueue(Pending(), out _);
        RunFor(queue, 1, TimeSpan.FromMicroseconds(50));

        Assert.True(queue.TryBeginRun());
        Assert.False(queue.TryBeginRun());
        Assert.False(queue.EndRun(1, TimeSpan.FromMicroseconds(50), isWorker: false));

        queue.TryEnqueue(Pending(), out _);
        Assert.False(queue.TryBeginRun());
        RunFor(queue, 1, TimeSpan.FromSeconds(1));
        Assert.False(queue.TryBeginRun());
    }

    [Fact]
    public void A_run_that_waits_for_its_batch_does_not_begin_on_the_thread_of_the_request()
    {
        var queue = new InferenceQueue(4, 1, new BatchLimits(1, TimeSpan.FromMilliseconds(1)));
        queue.TryEnqueue(Pending(), out _);
        RunFor(queue, 1, TimeSpan.FromMicroseconds(50));

        Assert.False(queue.TryBeginRun());
    }

    [Fact]
    public void A_worker_is_needed_for_requests_that_no_run_will_dequeue()
    {
        var queue = new InferenceQueue(8, 2, BatchLimits.Disabled);

        Assert.True(queue.TryEnqueue(Pending(), out var isFirstNeeded) && isFirstNeeded);
        Assert.True(queue.TryEnqueue(Pending(), out var isSecondNeeded) && isSecondNeeded);
        // Two executors have two workers.
        Assert.True(queue.TryEnqueue(Pending(), out var isThirdNeeded) && !isThirdNeeded);
    }

    [Fact]
    public void Requests_that_queue_during_a_run_on_the_thread_of_a_request_are_dequeued_after_the_run()
    {
        var queue = new InferenceQueue(8, 1, BatchLimits.Disabled);
        queue.TryEnqueue(Pending(), out var isNeeded);
        Assert.True(isNeeded);
        RunFor(queue, 1, TimeSpan.FromMicroseconds(50));

        Assert.True(queue.TryBeginRun());
        queue.TryEnqueue(Pending(), out isNeeded);

        // The executor is busy. Its worker exists already.
        Assert.False(isNeeded);
        Assert.False(queue.EndRun(1, TimeSpan.FromMicroseconds(50), isWorker: false));
        Assert.Single(Batch(queue));
    }

    private static void RunFor(InferenceQueue queue, int requests, TimeSpan elapsed)
    {
        Assert.NotEmpty(Batch(queue));
        queue.EndRun(requests, elapsed, isWorker: true);
    }

    private static List<PendingInference> Batch(InferenceQueue queue)
    {
        var batch = new List<PendingInference>();
        queue.Dequeue(batch);
        return batch;
    }

    private static PendingInference Rows(int rows, int width, string? output = null)
    {
        var request = Repositories.Floats("x", new Shape(rows, width), new float[rows * width]);
        return new(request with { Outputs = output is null ? null : [new RequestedOutput(output)] }, rows, isBatchable: true, CancellationToken.None);
    }

    private static PendingInference Of(params (string Name, Datatype Datatype, int Width)[] inputs)
        => new(
            new InferRequest { Inputs = [.. inputs.Select(input => new InferInput(input.Name, Tensor.Rent(input.Datatype, new Shape(1, input.Width))))] }, 1, isBatchable: true, CancellationToken.None);

    private static List<PendingInference> Drain(InferenceQueue queue)
    {
        var found = new List<PendingInference>();
        while (Next(queue) is { } pending) found.Add(pending);
        return found;
    }

    private static InferenceQueue Queue(int capacity) => new(capacity, int.MaxValue, BatchLimits.Disabled);

    private static PendingInference? Next(InferenceQueue queue)
    {
        var batch = new List<PendingInference>();
        return queue.Dequeue(batch) ? Assert.Single(batch) : null;
    }

    private static PendingInference Pending() => new(new InferRequest { Inputs = [] }, 1, isBatchable: false, CancellationToken.None);
}
