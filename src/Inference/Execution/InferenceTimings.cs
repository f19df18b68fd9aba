namespace InferenceServices.Inference.Execution;

/// <summary><see cref="System.Diagnostics.Stopwatch"/> timestamps of the stages of a run.</summary>
/// <param name="Started">A worker started the request.</param>
/// <param name="InputsReady">The input tensors are converted to values of the runtime.</param>
/// <param name="Ran">The run has ended.</param>
/// <param name="Ended">The outputs are converted to tensors.</param>
internal readonly record struct InferenceTimings(long Started, long InputsReady, long Ran, long Ended);
