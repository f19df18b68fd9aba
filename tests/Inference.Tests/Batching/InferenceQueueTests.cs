using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Batching;

namespace InferenceServices.Inference.Tests.Batching;

public sealed class InferenceQueueTests
{
    [Fact]
    public void Requests_leave_in_the_order_they_came()
    {
        var queue = Queue(3);
        PendingInference?[] pending = [Pending(), Pending(), Pending()];

        Assert.All(pending, one => Assert.True(queue.TryEnqueue(one!)));

        Assert.Equal(pending, [Next(queue), Next(queue), Next(queue)]);
    }

    [Fact]
    public void A_full_queue_refuses_until_one_has_left()
    {
        var queue = Queue(2);
        queue.TryEnqueue(Pending());
        queue.TryEnqueue(Pending());

        Assert.False(queue.TryEnqueue(Pending()));
        Next(queue);
        Assert.True(queue.TryEnqueue(Pending()));
        Assert.False(queue.TryEnqueue(Pending()));
    }

    [Fact]
    public void A_completed_queue_is_emptied_and_then_ends()
    {
        var queue = Queue(2);
        var last = Pending();
        queue.TryEnqueue(last);

        queue.Complete();

        Assert.Same(last, Next(queue));
        Assert.Null(Next(queue));
        Assert.Null(Next(queue));
    }

    [Fact]
    public async Task A_waiting_executor_wakes_for_a_request()
    {
        var queue = Queue(1);
        var waiting = Task.Factory.StartNew(() => Next(queue), TaskCreationOptions.LongRunning);
        var pending = Pending();

        queue.TryEnqueue(pending);

        Assert.Same(pending, await waiting.WaitAsync(Repositories.Guard));
    }

    [Fact]
    public async Task Every_waiting_executor_wakes_when_the_queue_completes()
    {
        var queue = Queue(1);
        var waiting = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(() => Next(queue), TaskCreationOptions.LongRunning)).ToArray();

        queue.Complete();

        Assert.All(await Task.WhenAll(waiting).WaitAsync(Repositories.Guard), Assert.Null);
    }

    [Fact]
    public async Task No_request_is_lost_or_doubled_between_many_executors()
    {
        var queue = Queue(100_000);
        var executors = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(() => Drain(queue), TaskCreationOptions.LongRunning)).ToArray();
        var pending = Enumerable.Range(0, 20_000).Select(_ => Pending()).ToArray();

        Parallel.ForEach(pending, one => Assert.True(queue.TryEnqueue(one)));
        queue.Complete();

        var drained = (await Task.WhenAll(executors).WaitAsync(Repositories.Guard)).SelectMany(found => found).ToHashSet();
        Assert.Equal(pending.Length, drained.Count);
    }

    [Fact]
    public void Those_who_can_join_the_oldest_leave_with_it_and_the_others_keep_their_order()
    {
        var queue = new InferenceQueue(10, new BatchLimits(4, TimeSpan.Zero));
        var (a, b, c) = (Rows(1, 2), Rows(1, 3), Rows(1, 2));
        var (d, alone, e, f, g) = (Rows(1, 3), Pending(), Rows(1, 2), Rows(2, 2), Rows(1, 2));
        foreach (var one in new[] { a, b, c, d, alone, e, f, g }) queue.TryEnqueue(one);

        // The one of two rows does not fit, and nobody behind it passes it.
        Assert.Equal([a, c, e], Batch(queue));
        Assert.Equal([b, d], Batch(queue));
        Assert.Equal([alone], Batch(queue));
        Assert.Equal([f, g], Batch(queue));
    }

    [Fact]
    public void A_request_wider_than_a_batch_runs_alone()
    {
        var queue = new InferenceQueue(10, new BatchLimits(4, TimeSpan.Zero));
        var (wide, a, b) = (Rows(9, 2), Rows(1, 2), Rows(3, 2));
        foreach (var one in new[] { wide, a, b }) queue.TryEnqueue(one);

        Assert.Equal([wide], Batch(queue));
        Assert.Equal([a, b], Batch(queue));
    }

    [Fact]
    public void Only_who_wants_the_same_outputs_joins()
    {
        var queue = new InferenceQueue(10, new BatchLimits(8, TimeSpan.Zero));
        var (all, y, again, other) = (Rows(1, 2), Rows(1, 2, "y"), Rows(1, 2, "y"), Rows(1, 2, "z"));
        foreach (var one in new[] { all, y, other, again }) queue.TryEnqueue(one);

        Assert.Equal([all], Batch(queue));
        Assert.Equal([y, again], Batch(queue));
        Assert.Equal([other], Batch(queue));
    }

    [Fact]
    public void Inputs_join_by_name_datatype_and_width()
    {
        PendingInference one = Of(("a", Datatype.Fp32, 2)), same = Of(("a", Datatype.Fp32, 2));

        Assert.True(one.CanJoin(same));
        Assert.All(
            new[] { Of(("b", Datatype.Fp32, 2)), Of(("a", Datatype.Int32, 2)), Of(("a", Datatype.Fp32, 3)), Of(("a", Datatype.Fp32, 2), ("b", Datatype.Fp32, 2)), Pending() },
            other => Assert.False(one.CanJoin(other) || other.CanJoin(one)));
    }

    [Fact]
    public async Task A_request_is_kept_back_until_a_batch_is_full()
    {
        var queue = new InferenceQueue(10, new BatchLimits(3, Repositories.Guard));
        PendingInference[] pending = [Rows(1, 2), Rows(1, 2), Rows(1, 2)];
        var taking = Task.Factory.StartNew(() => Batch(queue), TaskCreationOptions.LongRunning);

        foreach (var one in pending)
        {
            Assert.False(taking.IsCompleted);
            queue.TryEnqueue(one);
        }

        Assert.Equal(pending, await taking.WaitAsync(Repositories.Guard));
    }

    [Fact]
    public void Nobody_is_kept_back_longer_than_allowed()
    {
        var queue = new InferenceQueue(10, new BatchLimits(3, TimeSpan.FromMilliseconds(20)));
        var pending = Rows(1, 2);
        queue.TryEnqueue(pending);

        Assert.Equal([pending], Batch(queue));
        Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(pending.QueuedAt).TotalMilliseconds, 20, 60_000);
    }

    [Fact]
    public void A_queue_that_has_stopped_batching_hands_out_one_at_a_time()
    {
        var queue = new InferenceQueue(10, new BatchLimits(8, Repositories.Guard));
        PendingInference[] pending = [Rows(1, 2), Rows(1, 2)];
        foreach (var one in pending) queue.TryEnqueue(one);

        queue.StopBatching();

        Assert.Equal([pending[0]], Batch(queue));
        Assert.Equal([pending[1]], Batch(queue));
    }

    [Fact]
    public void When_there_is_room_again_is_told_from_how_fast_requests_have_left()
    {
        var queue = Queue(8);
        Assert.Equal(TimeSpan.FromSeconds(1), queue.RetryAfter);
        for (var i = 0; i < 8; i++) queue.TryEnqueue(Pending());

        queue.CountDrained(10, TimeSpan.FromSeconds(5));
        Assert.Equal(TimeSpan.FromSeconds(4), queue.RetryAfter);
        // Slower now: a tenth of the way to it.
        queue.CountDrained(1, TimeSpan.FromSeconds(1.5));
        Assert.Equal(4.8, queue.RetryAfter.TotalSeconds, 0.001);
        // Never a time nobody would wait for.
        queue.CountDrained(1, TimeSpan.FromHours(10));
        Assert.Equal(TimeSpan.FromSeconds(60), queue.RetryAfter);
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
        return new(request with { Outputs = output is null ? null : [new RequestedOutput(output)] }, rows, joins: true, CancellationToken.None);
    }

    private static PendingInference Of(params (string Name, Datatype Datatype, int Width)[] inputs)
        => new(
            new InferRequest { Inputs = [.. inputs.Select(input => new InferInput(input.Name, Tensor.Rent(input.Datatype, new Shape(1, input.Width))))] }, 1, joins: true, CancellationToken.None);

    private static List<PendingInference> Drain(InferenceQueue queue)
    {
        var found = new List<PendingInference>();
        while (Next(queue) is { } pending) found.Add(pending);
        return found;
    }

    private static InferenceQueue Queue(int capacity) => new(capacity, BatchLimits.Alone);

    private static PendingInference? Next(InferenceQueue queue)
    {
        var batch = new List<PendingInference>();
        return queue.Dequeue(batch) ? Assert.Single(batch) : null;
    }

    private static PendingInference Pending() => new(new InferRequest { Inputs = [] }, 1, joins: false, CancellationToken.None);
}
