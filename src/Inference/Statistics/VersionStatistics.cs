using System.Diagnostics;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Batching;
using InferenceServices.Inference.Execution;
using InferenceServices.Inference.Telemetry;

namespace InferenceServices.Inference.Statistics;

/// <summary>
/// Inference statistics of a loaded model version. One lock guards all counters, so that a snapshot is consistent; with one worker thread the lock is
/// rarely contended.
/// </summary>
/// <param name="metrics">Metrics of the model, which record the same events for all versions.</param>
internal sealed class VersionStatistics(ModelMetrics metrics)
{
    // Clients choose the batch sizes: the number of distinct sizes is bounded.
    private const int MaxBatchSizes = 1000;

    private readonly Lock _gate = new();
    private readonly StageTimings _stages = new();
    private readonly Dictionary<long, StageTimings> _batches = [];
    private DateTimeOffset? _lastInference;
    private long _rows;
    private long _executions;
    private long _successTicks;
    private long _queueTicks;
    private long _failures;
    private long _failureTicks;

    /// <summary>Records a successful run, before its requests complete.</summary>
    /// <param name="members">The requests of the batch; at least one.</param>
    /// <param name="times">Timings of the run.</param>
    public void RecordSuccess(IReadOnlyList<PendingInference> members, InferenceTimings times)
    {
        var now = TimeProvider.System.GetUtcNow();
        var rows = BatchAssembler.CountRows(members);
        metrics.RecordRun(members, rows, times);
        lock (_gate)
        {
            _lastInference = now;
            _rows += rows;
            _executions++;
            for (var i = 0; i < members.Count; i++)
            {
                _successTicks += times.Ended - members[i].QueuedAt;
                _queueTicks += times.Started - members[i].QueuedAt;
                _stages.Add(times);
            }
            if (_batches.TryGetValue(rows, out var batch)) batch.Add(times);
            else if (_batches.Count < MaxBatchSizes) (_batches[rows] = new StageTimings()).Add(times);
        }
    }

    /// <summary>Records a request of zero rows that was answered without a run.</summary>
    public void RecordZeroRows()
    {
        var now = TimeProvider.System.GetUtcNow();
        lock (_gate)
        {
            _lastInference = now;
            _stages.Add(default);
        }
    }

    /// <summary>Records a request that was rejected, was cancelled or failed.</summary>
    /// <param name="arrived">Arrival of the request, as a <see cref="Stopwatch"/> timestamp.</param>
    public void RecordFailure(long arrived)
    {
        var elapsed = Stopwatch.GetTimestamp() - arrived;
        lock (_gate)
        {
            _failures++;
            _failureTicks += elapsed;
        }
    }

    /// <summary>Returns a consistent snapshot.</summary>
    public ModelStatistics Read(string name, string version)
    {
        lock (_gate)
        {
            var batches = _batches.OrderBy(batch => batch.Key)
                .Select(batch => new BatchStatistics(batch.Key, batch.Value.ComputeInput, batch.Value.ComputeInfer, batch.Value.ComputeOutput))
                .ToArray();
            return new ModelStatistics(
                name,
                version,
                _lastInference,
                _rows,
                _executions,
                StageTimings.Duration(_stages.Count, _successTicks),
                StageTimings.Duration(_failures, _failureTicks),
                StageTimings.Duration(_stages.Count, _queueTicks),
                _stages.ComputeInput,
                _stages.ComputeInfer,
                _stages.ComputeOutput,
                batches);
        }
    }
}
