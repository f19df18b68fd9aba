using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace InferenceServices.Testing;

/// <summary>Time in which waits pass as soon as they begin, and time-outs only when a test says so.</summary>
internal sealed class ScriptedTime : FakeTimeProvider
{
    /// <summary>Of one call, where a test does not say otherwise.</summary>
    public static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);

    private readonly ConcurrentQueue<TimeSpan> _waits = [];

    public ScriptedTime()
        : base(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>What is no wait but a time-out: those of the options.</summary>
    public HashSet<TimeSpan> TimeOuts { get; } = [CallTimeout, TimeSpan.FromSeconds(20)];

    /// <summary>Waits so far.</summary>
    public IReadOnlyList<TimeSpan> Waits => [.. _waits];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime <= TimeSpan.Zero || TimeOuts.Contains(dueTime)) return timer;
        _waits.Enqueue(dueTime);
        // Whoever waits has not yet got his timer.
        _ = Task.Run(() => Advance(dueTime));
        return timer;
    }
}
