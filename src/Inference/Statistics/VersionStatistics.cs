using System.Diagnostics;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Batching;
using InferenceServices.Inference.Execution;
using InferenceServices.Inference.Telemetry;

namespace InferenceServices.Inference.Statistics;

/// <summary>
/// What one loaded version has done. Whoever ends a request counts it, once, under one lock: with one executor hardly anybody else ever
/// wants it, and sums read together agree with each other, which counters of their own would not.
/// </summary>
/// <param name="metrics">Told of the same, for all versions of the model together.</param>
internal sealed class VersionStatistics(ModelMetrics metrics)
{
    // Callers choose how many rows they send: what is remembered of their choices is bounded.
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

    /// <summary>Requests were run as one and are about to be answered.</summary>
    /// <param name="members">At least one.</param>
    /// <param name="times">Their run.</param>
    public void CountSuccess(IReadOnlyList<PendingInference> members, InferenceTimings times)
    {
        var now = TimeProvider.System.GetUtcNow();
        var rows = BatchRows.CountRows(members);
        metrics.Ran(members, rows, times);
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

    /// <summary>A request was refused, given up or failed.</summary>
    /// <param name="arrived">When it came to the model.</param>
    public void CountFailure(long arrived)
    {
        var elapsed = Stopwatch.GetTimestamp() - arrived;
        lock (_gate)
        {
            _failures++;
            _failureTicks += elapsed;
        }
    }

    /// <summary>All of it at one moment.</summary>
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
