namespace InferenceServices.Contracts.V2;

/// <summary>What one version of a model has done since it was last loaded.</summary>
/// <param name="Name">The model.</param>
/// <param name="Version">Its version.</param>
/// <param name="LastInference">When the last request was answered; null before the first.</param>
/// <param name="InferenceCount">Rows inferred: the first axis of the first input where the model leaves it free, else 1 a request.</param>
/// <param name="ExecutionCount">Runs of the graph that succeeded; one may have answered many requests.</param>
/// <param name="Success">Requests answered, from joining the queue to the answer.</param>
/// <param name="Fail">Requests that fit the model and were not answered: refused by a full queue, given up by the caller, failed in the graph.</param>
/// <param name="Queue">Waiting for an executor; as the three below, of the requests answered.</param>
/// <param name="ComputeInput">Making the runtime's values of the request's tensors.</param>
/// <param name="ComputeInfer">Running the graph.</param>
/// <param name="ComputeOutput">Making tensors of the runtime's values.</param>
/// <param name="Batches">One entry for each number of rows that was run, smallest first; the first 1000 such numbers.</param>
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
