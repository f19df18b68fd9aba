using System.Diagnostics;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Execution;

namespace InferenceServices.Inference.Batching;

/// <summary>The result of a request.</summary>
/// <param name="Outputs">Outputs of this request. The caller disposes the tensors.</param>
/// <param name="QueuedAt">Arrival of the request, as a <see cref="Stopwatch"/> timestamp.</param>
/// <param name="Times">Timings of the run, which the whole batch shares.</param>
internal readonly record struct InferResult(InferOutput[] Outputs, long QueuedAt, InferenceTimings Times)
{
    /// <summary>Time that the request waited for a worker.</summary>
    public TimeSpan QueueTime => Stopwatch.GetElapsedTime(QueuedAt, Times.Started);
}
