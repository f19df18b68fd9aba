using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Batching;

namespace InferenceServices.Inference.Tests.Batching;

public sealed class InferenceQueueTests
{
    [Fact]
    public void Requests_leave_in_the_order_they_came()
    {
        var queue = new InferenceQueue(3);
        PendingInference?[] pending = [Pending(), Pending(), Pending()];

        Assert.All(pending, one => Assert.True(queue.TryEnqueue(one!)));

        Assert.Equal(pending, [queue.Dequeue(), queue.Dequeue(), queue.Dequeue()]);
    }

    [Fact]
    public void A_full_queue_refuses_until_one_has_left()
    {
        var queue = new InferenceQueue(2);
        queue.TryEnqueue(Pending());
        queue.TryEnqueue(Pending());

        Assert.False(queue.TryEnqueue(Pending()));
        queue.Dequeue();
        Assert.True(queue.TryEnqueue(Pending()));
        Assert.False(queue.TryEnqueue(Pending()));
    }

    [Fact]
    public void A_completed_queue_is_emptied_and_then_ends()
    {
        var queue = new InferenceQueue(2);
        var last = Pending();
        queue.TryEnqueue(last);

        queue.Complete();

        Assert.Same(last, queue.Dequeue());
        Assert.Null(queue.Dequeue());
        Assert.Null(queue.Dequeue());
    }

    [Fact]
    public async Task A_waiting_executor_wakes_for_a_request()
    {
        var queue = new InferenceQueue(1);
        var waiting = Task.Factory.StartNew(queue.Dequeue, TaskCreationOptions.LongRunning);
        var pending = Pending();

        queue.TryEnqueue(pending);

        Assert.Same(pending, await waiting.WaitAsync(Repositories.Guard));
    }

    [Fact]
    public async Task Every_waiting_executor_wakes_when_the_queue_completes()
    {
        var queue = new InferenceQueue(1);
        var waiting = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(queue.Dequeue, TaskCreationOptions.LongRunning)).ToArray();

        queue.Complete();

        Assert.All(await Task.WhenAll(waiting).WaitAsync(Repositories.Guard), Assert.Null);
    }

    [Fact]
    public async Task No_request_is_lost_or_doubled_between_many_executors()
    {
        var queue = new InferenceQueue(100_000);
        var executors = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(() => Drain(queue), TaskCreationOptions.LongRunning)).ToArray();
        var pending = Enumerable.Range(0, 20_000).Select(_ => Pending()).ToArray();

        Parallel.ForEach(pending, one => Assert.True(queue.TryEnqueue(one)));
        queue.Complete();

        var drained = (await Task.WhenAll(executors).WaitAsync(Repositories.Guard)).SelectMany(found => found).ToHashSet();
        Assert.Equal(pending.Length, drained.Count);
    }

    private static List<PendingInference> Drain(InferenceQueue queue)
    {
        var found = new List<PendingInference>();
        while (queue.Dequeue() is { } pending) found.Add(pending);
        return found;
    }

    private static PendingInference Pending() => new(new InferRequest { Inputs = [] }, CancellationToken.None);
}
