namespace InferenceServices.Contracts.V2;

/// <summary>Statistics of the executions with one batch size.</summary>
/// <param name="BatchSize">Number of rows of an execution.</param>
/// <param name="ComputeInput">Conversion of input tensors to values of the runtime.</param>
/// <param name="ComputeInfer">Execution of the graph.</param>
/// <param name="ComputeOutput">Conversion of values of the runtime to output tensors.</param>
public sealed record BatchStatistics(
    long BatchSize, StatisticDuration ComputeInput, StatisticDuration ComputeInfer, StatisticDuration ComputeOutput);
