using InferenceServices.Inference.Batching;

namespace InferenceServices.Inference.Repository;

/// <summary>How much a loaded version may take on.</summary>
/// <param name="QueueCapacity">Most requests that wait; 1 or more.</param>
/// <param name="Executors">Threads that run its batches; 1 or more.</param>
/// <param name="Batch">Of one run.</param>
internal sealed record ModelLimits(int QueueCapacity, int Executors, BatchLimits Batch)
{
    /// <summary>The server's, unless the model's own settings say otherwise.</summary>
    /// <exception cref="ModelLoadException">The settings have a number that makes no sense.</exception>
    public static ModelLimits Of(ModelFile file, InferenceOptions options)
    {
        var settings = file.Settings;
        var latency = settings.MaxBatchTime is { } seconds ? seconds * 1000 : options.MaxLatency;
        return new ModelLimits(
            Check(file, "parameters.queue_capacity", settings.Parameters?.QueueCapacity ?? options.QueueCapacity, 1, 1_000_000),
            Check(file, "parameters.executors", settings.Parameters?.Executors ?? options.Executors, 1, 256),
            new BatchLimits(
                Check(file, "max_batch_size", settings.MaxBatchSize ?? options.MaxBatchSize, 1, 65_536),
                TimeSpan.FromMilliseconds(Check(file, "max_batch_time", latency, 0, 60_000, unit: 1000))));
    }

    private static T Check<T>(ModelFile file, string name, T value, T least, T most, double unit = 1)
        where T : struct, IComparable<T>, IConvertible
        => value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0
            ? value
            : throw new ModelLoadException(FormattableString.Invariant(
                $"{file.Settings.Path}: {name} should be {least.ToDouble(null) / unit} to {most.ToDouble(null) / unit}, got {value.ToDouble(null) / unit}."));
}
