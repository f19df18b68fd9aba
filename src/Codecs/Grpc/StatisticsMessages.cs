using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Contracts.V2;
using Duration = InferenceServices.Codecs.Grpc.Messages.StatisticDuration;
using Message = InferenceServices.Codecs.Grpc.Messages.ModelStatistics;
using ModelStatistics = InferenceServices.Contracts.V2.ModelStatistics;

namespace InferenceServices.Codecs.Grpc;

/// <summary>Writes inference statistics as messages.</summary>
internal static class StatisticsMessages
{
    public static ModelStatisticsResponse Of(IReadOnlyList<ModelStatistics> models) => new() { ModelStats = { models.Select(Of) } };

    private static Message Of(ModelStatistics model) => new()
    {
        Name = model.Name,
        Version = model.Version,
        LastInference = (ulong)(model.LastInference?.ToUnixTimeMilliseconds() ?? 0),
        InferenceCount = (ulong)model.InferenceCount,
        ExecutionCount = (ulong)model.ExecutionCount,
        InferenceStats = new InferStatistics
        {
            Success = Of(model.Success),
            Fail = Of(model.Fail),
            Queue = Of(model.Queue),
            ComputeInput = Of(model.ComputeInput),
            ComputeInfer = Of(model.ComputeInfer),
            ComputeOutput = Of(model.ComputeOutput),
        },
        BatchStats = { model.Batches.Select(Of) },
    };

    private static InferBatchStatistics Of(BatchStatistics batch) => new()
    {
        BatchSize = (ulong)batch.BatchSize,
        ComputeInput = Of(batch.ComputeInput),
        ComputeInfer = Of(batch.ComputeInfer),
        ComputeOutput = Of(batch.ComputeOutput),
    };

    private static Duration Of(Contracts.V2.StatisticDuration duration) => new() { Count = (ulong)duration.Count, Ns = (ulong)duration.Nanoseconds };
}
