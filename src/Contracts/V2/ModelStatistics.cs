namespace InferenceServices.Contracts.V2;

/// <summary>Inference statistics of a model version since its last load.</summary>
/// <param name="Name">Name of the model.</param>
/// <param name="Version">Version of the model.</param>
/// <param name="LastInference">Time of the last response; null before the first.</param>
/// <param name="InferenceCount">Number of rows: the first axis of the first input if it is dynamic, otherwise 1 per request.</param>
/// <param name="ExecutionCount">Number of successful executions; one execution can serve many requests.</param>
/// <param name="Success">Successful requests, from arrival in the queue to the response.</param>
/// <param name="Fail">Valid requests that failed: queue full, cancelled, or failed execution.</param>
/// <param name="Queue">Time in the queue. This and the following count successful requests only.</param>
/// <param name="ComputeInput">Conversion of input tensors to values of the runtime.</param>
/// <param name="ComputeInfer">Execution of the graph.</param>
/// <param name="ComputeOutput">Conversion of values of the runtime to output tensors.</param>
/// <param name="Batches">One entry per batch size, smallest first; at most the first 1000 sizes.</param>
/// <remarks>Triton, statistics extension, <c>$model_stat</c>.</remarks>
public sealed record ModelStatistics(
    string Name,
    string Version,
    DateTimeOffset? LastInference,
    long InferenceCount,
    long ExecutionCount,
    StatisticDuration Success,
    StatisticDuration Fail,
    StatisticDuration Queue,
    StatisticDuration ComputeInput,
    StatisticDuration ComputeInfer,
    StatisticDuration ComputeOutput,
    IReadOnlyList<BatchStatistics> Batches);
