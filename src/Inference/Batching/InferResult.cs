using System.Diagnostics;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Execution;

namespace InferenceServices.Inference.Batching;

/// <summary>What a request came to.</summary>
/// <param name="Outputs">Its own; the caller disposes the tensors.</param>
/// <param name="QueuedAt">When it came, as <see cref="Stopwatch"/> counts.</param>
/// <param name="Times">Of its run, which may have been others' too.</param>
internal readonly record struct InferResult(InferOutput[] Outputs, long QueuedAt, InferenceTimings Times)
{
    /// <summary>How long it waited for an executor.</summary>
    public TimeSpan QueueTime => Stopwatch.GetElapsedTime(QueuedAt, Times.Started);
}
