using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace InferenceServices.Testing;

/// <summary>Clock on which delays pass immediately, and timeouts only when a test advances the clock.</summary>
internal sealed class ScriptedTime : FakeTimeProvider
{
    /// <summary>Default timeout of one call.</summary>
    public static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);

    private readonly ConcurrentQueue<TimeSpan> _waits = [];

    public ScriptedTime()
        : base(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>Durations that are timeouts, not delays.</summary>
    public HashSet<TimeSpan> TimeOuts { get; } = [CallTimeout, TimeSpan.FromSeconds(20)];

    /// <summary>Delays so far.</summary>
    public IReadOnlyList<TimeSpan> Waits => [.. _waits];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime <= TimeSpan.Zero || TimeOuts.Contains(dueTime)) return timer;
        _waits.Enqueue(dueTime);
        // The caller does not have its timer yet.
        _ = Task.Run(() => Advance(dueTime));
        return timer;
    }
}
