namespace InferenceServices.Inference.Execution;

/// <summary>When a run came to its stages, as <see cref="System.Diagnostics.Stopwatch"/> counts.</summary>
/// <param name="Started">An executor took the request up.</param>
/// <param name="InputsReady">The runtime's values of the request's tensors are made.</param>
/// <param name="Ran">The graph has run.</param>
/// <param name="Ended">The runtime's values are tensors.</param>
internal readonly record struct InferenceTimings(long Started, long InputsReady, long Ran, long Ended);
