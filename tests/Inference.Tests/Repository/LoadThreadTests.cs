using InferenceServices.Inference.Repository;

namespace InferenceServices.Inference.Tests.Repository;

public sealed class LoadThreadTests
{
    [Fact]
    public async Task A_load_that_reacts_to_its_time_limit_is_a_timeout()
    {
        // The load may end before or after the expiry is noticed.
        for (var i = 0; i < 100; i++)
            await Assert.ThrowsAsync<TimeoutException>(() => LoadThread.RunAsync<int>("load", WaitForCancellation, TimeSpan.FromMilliseconds(1), static _ => { }, CancellationToken.None)).WaitAsync(Repositories.Guard);
    }

    [Fact]
    public async Task A_load_that_reacts_to_a_stop_is_cancelled()
    {
        for (var i = 0; i < 100; i++)
        {
            using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(1));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => LoadThread.RunAsync<int>("load", WaitForCancellation, Repositories.Guard, static _ => { }, stop.Token)).WaitAsync(Repositories.Guard);
        }
    }

    private static int WaitForCancellation(CancellationToken cancellationToken)
    {
        cancellationToken.WaitHandle.WaitOne();
        throw new OperationCanceledException(cancellationToken);
    }
}
