using System.Diagnostics;
using InferenceServices.Inference.Batching;

namespace InferenceServices.Inference.Telemetry;

/// <summary>Spans of the queue and of ONNX Runtime. Created after the run, because it happens on a worker thread without a current span.</summary>
internal static class InferenceTraces
{
    private static readonly ActivitySource Source = new("InferenceServices.Inference");

    /// <summary>Creates the spans as children of the current span, if there is a listener.</summary>
    public static void Record(InferResult result)
    {
        if (!Source.HasListeners()) return;
        var (ticks, now) = (Stopwatch.GetTimestamp(), TimeProvider.System.GetUtcNow());
        Record("queue", now - Stopwatch.GetElapsedTime(result.QueuedAt, ticks), result.QueueTime);
        Record("ort.run", now - Stopwatch.GetElapsedTime(result.Times.Started, ticks), Stopwatch.GetElapsedTime(result.Times.Started, result.Times.Ended));
    }

    private static void Record(string name, DateTimeOffset started, TimeSpan elapsed)
    {
        using var span = Source.StartActivity(name, ActivityKind.Internal, parentContext: default, tags: null, links: null, started);
        span?.SetEndTime((started + elapsed).UtcDateTime);
    }
}
