using System.Diagnostics;
using InferenceServices.Inference.Batching;
using InferenceServices.Inference.Execution;

namespace InferenceServices.Inference.Telemetry;

/// <summary>Metrics of one model, all versions together.</summary>
internal sealed class ModelMetrics(InferenceMetrics metrics, string modelName)
{
    private readonly KeyValuePair<string, object?> _tag = InferenceMetrics.TagOf(modelName);

    /// <summary>Records a successful run of the model.</summary>
    /// <param name="members">Requests of the batch.</param>
    /// <param name="rows">Batch size.</param>
    /// <param name="times">Timestamps of the run.</param>
    public void RecordRun(IReadOnlyList<PendingInference> members, long rows, InferenceTimings times)
    {
        metrics.Executions.Add(1, _tag);
        metrics.BatchSize.Record(rows, _tag);
        if (!metrics.Queue.Enabled) return;
        for (var i = 0; i < members.Count; i++)
            metrics.Queue.Record(Stopwatch.GetElapsedTime(members[i].QueuedAt, times.Started).TotalSeconds, _tag);
    }
}
