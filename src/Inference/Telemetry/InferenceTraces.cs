using System.Diagnostics;
using InferenceServices.Inference.Batching;

namespace InferenceServices.Inference.Telemetry;

/// <summary>What a request went through in the engine, as spans: told afterwards, because it waits and runs where no request is.</summary>
internal static class InferenceTraces
{
    private static readonly ActivitySource Source = new("InferenceServices.Inference");

    /// <summary>Where somebody listens, children of the span that is current.</summary>
    public static void Add(InferResult result)
    {
        if (!Source.HasListeners()) return;
        var (ticks, now) = (Stopwatch.GetTimestamp(), TimeProvider.System.GetUtcNow());
        Add("queue", now - Stopwatch.GetElapsedTime(result.QueuedAt, ticks), result.QueueTime);
        Add("ort.run", now - Stopwatch.GetElapsedTime(result.Times.Started, ticks), Stopwatch.GetElapsedTime(result.Times.Started, result.Times.Ended));
    }

    private static void Add(string name, DateTimeOffset started, TimeSpan elapsed)
    {
        using var span = Source.StartActivity(name, ActivityKind.Internal, parentContext: default, tags: null, links: null, started);
        span?.SetEndTime((started + elapsed).UtcDateTime);
    }
}
