using InferenceServices.ModelServer.Memory;

namespace InferenceServices.ModelServer.Tests.Memory;

public sealed class LargeWorkTests
{
    [Fact]
    public async Task As_many_computations_run_as_there_are_processors_and_none_on_a_thread_of_the_pool()
    {
        using var work = new LargeWork();
        using var entered = new CountdownEvent(Environment.ProcessorCount);
        using var leave = new ManualResetEventSlim();
        var running = 0;

        var computations = Enumerable.Range(0, 3 * Environment.ProcessorCount).Select(number => work.RunAsync(
            number,
            state =>
            {
                Assert.False(Thread.CurrentThread.IsThreadPoolThread);
                Assert.InRange(Interlocked.Increment(ref running), 1, Environment.ProcessorCount);
                if (!entered.IsSet) entered.Signal();
                leave.Wait();
                Interlocked.Decrement(ref running);
                return state;
            },
            CancellationToken.None)).ToList();
        entered.Wait(TestContext.Current.CancellationToken);
        leave.Set();

        Assert.Equal(Enumerable.Range(0, computations.Count), await Task.WhenAll(computations));
    }

    [Fact]
    public async Task A_failed_computation_and_a_cancelled_wait_take_no_processor()
    {
        using var work = new LargeWork();
        for (var turn = 0; turn < 2 * Environment.ProcessorCount; turn++)
        {
            await Assert.ThrowsAsync<InvalidDataException>(() => work.RunAsync<int, int>(0, static _ => throw new InvalidDataException(), CancellationToken.None));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work.RunAsync(0, static state => state, new CancellationToken(canceled: true)));
        }

        Assert.Equal(1, await work.RunAsync(1, static state => state, CancellationToken.None));
    }
}
