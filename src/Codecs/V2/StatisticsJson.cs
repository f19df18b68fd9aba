using System.Text.Json;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.V2;

/// <summary>Writes inference statistics as JSON.</summary>
/// <remarks>Triton, <c>extension_statistics.md</c>; the keys for caches, responses and device memory are written with empty values.</remarks>
internal static class StatisticsJson
{
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<ModelStatistics> models)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("model_stats"u8);
        foreach (var model in models) Write(writer, model);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ModelStatistics model)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, model.Name);
        writer.WriteString("version"u8, model.Version);
        writer.WriteNumber("last_inference"u8, model.LastInference?.ToUnixTimeMilliseconds() ?? 0);
        writer.WriteNumber("inference_count"u8, model.InferenceCount);
        writer.WriteNumber("execution_count"u8, model.ExecutionCount);
        writer.WriteStartObject("inference_stats"u8);
        Write(writer, "success"u8, model.Success);
        Write(writer, "fail"u8, model.Fail);
        Write(writer, "queue"u8, model.Queue);
        WriteStages(writer, model.ComputeInput, model.ComputeInfer, model.ComputeOutput);
        Write(writer, "cache_hit"u8, default);
        Write(writer, "cache_miss"u8, default);
        writer.WriteEndObject();
        writer.WriteStartObject("response_stats"u8);
        writer.WriteEndObject();
        writer.WriteStartArray("batch_stats"u8);
        foreach (var batch in model.Batches)
        {
            writer.WriteStartObject();
            writer.WriteNumber("batch_size"u8, batch.BatchSize);
            WriteStages(writer, batch.ComputeInput, batch.ComputeInfer, batch.ComputeOutput);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartArray("memory_usage"u8);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteStages(Utf8JsonWriter writer, StatisticDuration input, StatisticDuration infer, StatisticDuration output)
    {
        Write(writer, "compute_input"u8, input);
        Write(writer, "compute_infer"u8, infer);
        Write(writer, "compute_output"u8, output);
    }

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, StatisticDuration duration)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber("count"u8, duration.Count);
        writer.WriteNumber("ns"u8, duration.Nanoseconds);
        writer.WriteEndObject();
    }
}
