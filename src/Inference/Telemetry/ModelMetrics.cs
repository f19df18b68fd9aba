using System.Diagnostics;
using InferenceServices.Inference.Batching;
using InferenceServices.Inference.Execution;

namespace InferenceServices.Inference.Telemetry;

/// <summary>What is measured of one model, all its versions together.</summary>
internal sealed class ModelMetrics(InferenceMetrics metrics, string modelName)
{
    private readonly KeyValuePair<string, object?> _tag = InferenceMetrics.TagOf(modelName);

    /// <summary>Requests were run as one.</summary>
    public void Ran(IReadOnlyList<PendingInference> members, long rows, InferenceTimings times)
    {
        metrics.Executions.Add(1, _tag);
        metrics.BatchSize.Record(rows, _tag);
        if (!metrics.Queue.Enabled) return;
        for (var i = 0; i < members.Count; i++)
            metrics.Queue.Record(Stopwatch.GetElapsedTime(members[i].QueuedAt, times.Started).TotalSeconds, _tag);
    }
}
