using InferenceServices.Contracts.Serving;
using InferenceServices.ModelServer.Memory;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace InferenceServices.ModelServer.Tests.Memory;

public sealed class MemoryTrimmerTests
{
    [Fact]
    public async Task An_unexpected_error_does_not_end_the_loop()
    {
        var guard = TimeSpan.FromSeconds(60);
        using var holder = new FailingHolder();
        var lifetime = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        var (log, time) = (new RecordedLog<MemoryTrimmer>(), new FakeTimeProvider());
        using var trimmer = new MemoryTrimmer(Memories.Of(), [holder], lifetime, time, log);
        await trimmer.StartAsync(CancellationToken.None);
        lifetime.NotifyStarted();

        // Resident memory, far more than the growth that starts a release.
        var growth = new byte[(int)Math.Min(Environment.WorkingSet, 1 << 30)];
        Array.Fill<byte>(growth, 1);
        while (holder.Calls < 2)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            Assert.True(await holder.Called.WaitAsync(guard));
        }

        GC.KeepAlive(growth);
        Assert.Contains("Unused memory was not released.", log.Lines);
        await trimmer.StopAsync(CancellationToken.None).WaitAsync(guard);
    }

    private sealed class FailingHolder : IReleasableMemory, IDisposable
    {
        private int _calls;

        public SemaphoreSlim Called { get; } = new(0);

        public int Calls => Volatile.Read(ref _calls);

        public void Release()
        {
            Interlocked.Increment(ref _calls);
            Called.Release();
            throw new InvalidOperationException("not released");
        }

        public void Dispose() => Called.Dispose();
    }
}
