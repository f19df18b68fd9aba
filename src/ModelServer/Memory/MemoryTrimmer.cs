using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.Tensors;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace InferenceServices.ModelServer.Memory;

/// <summary>Returns memory to the operating system when the server is idle after a peak, and then measures what remains for requests.</summary>
internal sealed class MemoryTrimmer(
    RequestMemory memory, IEnumerable<IReleasableMemory> holders, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<MemoryTrimmer> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    // A full collection takes tens of milliseconds: not for a few megabytes.
    private const double Growth = 1.2;

    // Connections hold their buffers some time after a peak, so memory is trimmed again before its size is accepted.
    private const int MaxFutileTrims = 5;

    private long _leastBytes;
    private long _restingBytes;
    private int _futileTrims;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        // The models are loaded, and no request has been answered.
        using var started = lifetime.ApplicationStarted.UnsafeRegister(_ => _restingBytes = _leastBytes = Environment.WorkingSet, state: null);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) Check();
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private void Check()
    {
        try
        {
            if (_leastBytes == 0) return;
            var resident = Environment.WorkingSet;
            if (!memory.IsIdle)
            {
                // An accepted size is not a limit for the time after the next peak.
                (_restingBytes, _futileTrims) = (_leastBytes, 0);
                return;
            }
            if (resident > Growth * _restingBytes)
            {
                Trim();
                var after = Environment.WorkingSet;
                Log.MemoryTrimmed(logger, resident >> 20, after >> 20);
                _futileTrims = after < 0.9 * resident ? 0 : _futileTrims + 1;
                // More models may be loaded now.
                if (_futileTrims == MaxFutileTrims) (_restingBytes, _futileTrims) = (after, 0);
            }
            memory.Measure();
        }
        // A failure must not end the loop.
        catch (Exception exception)
        {
            Log.TrimFailed(logger, exception);
        }
    }

    private void Trim()
    {
        foreach (var holder in holders) holder.Release();
        // Twice: the first collection runs the finalizers of what the second frees.
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeHeap.Trim();
    }
}
