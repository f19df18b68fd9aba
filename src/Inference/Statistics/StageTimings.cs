using System.Diagnostics;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Execution;

namespace InferenceServices.Inference.Statistics;

/// <summary>Number of runs and total duration of their stages.</summary>
internal sealed class StageTimings
{
    private long _count;
    private long _input;
    private long _infer;
    private long _output;

    public StatisticDuration ComputeInput => Duration(_count, _input);

    public StatisticDuration ComputeInfer => Duration(_count, _infer);

    public StatisticDuration ComputeOutput => Duration(_count, _output);

    public long Count => _count;

    public static StatisticDuration Duration(long count, long ticks) => new(count, (long)((Int128)ticks * 1_000_000_000 / Stopwatch.Frequency));

    public void Add(InferenceTimings times)
    {
        _count++;
        _input += times.InputsReady - times.Started;
        _infer += times.Ran - times.InputsReady;
        _output += times.Ended - times.Ran;
    }
}
