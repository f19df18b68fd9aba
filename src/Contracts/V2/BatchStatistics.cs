namespace InferenceServices.Contracts.V2;

/// <summary>The runs of one batch size.</summary>
/// <param name="BatchSize">Rows in one run.</param>
/// <param name="ComputeInput">Making the runtime's values of the request's tensors.</param>
/// <param name="ComputeInfer">Running the graph.</param>
/// <param name="ComputeOutput">Making tensors of the runtime's values.</param>
public sealed record BatchStatistics(
    long BatchSize, StatisticDuration ComputeInput, StatisticDuration ComputeInfer, StatisticDuration ComputeOutput);
