using InferenceServices.Inference.Batching;

namespace InferenceServices.Inference.Repository;

/// <summary>Limits of a loaded version.</summary>
/// <param name="QueueCapacity">Maximum number of queued requests; 1 or more.</param>
/// <param name="Executors">Maximum number of runs at the same time; 1 or more.</param>
/// <param name="Rows">Maximum number of rows of one request; 1 or more.</param>
/// <param name="Batch">Limits of a batch.</param>
internal sealed record ModelLimits(int QueueCapacity, int Executors, int Rows, BatchLimits Batch)
{
    /// <summary>Returns the server's limits, overridden by the model's settings.</summary>
    /// <exception cref="ModelLoadException">A number in the settings is out of range.</exception>
    public static ModelLimits Of(ModelFile file, InferenceOptions options)
    {
        var settings = file.Settings;
        var latency = settings.MaxBatchTime is { } seconds ? seconds * 1000 : options.MaxLatency;
        return new ModelLimits(
            Check(file, "parameters.queue_capacity", settings.Parameters?.QueueCapacity ?? options.QueueCapacity, 1, 1_000_000),
            Check(file, "parameters.executors", settings.Parameters?.Executors ?? options.Executors, 1, 256),
            options.RequestRowsLimit,
            new BatchLimits(
                Check(file, "max_batch_size", settings.MaxBatchSize ?? options.MaxBatchSize, 1, 65_536),
                TimeSpan.FromMilliseconds(Check(file, "max_batch_time", latency, 0, 60_000, unit: 1000))));
    }

    /// <summary>Returns the number of ONNX Runtime threads of a model; 0 for the choice of the server.</summary>
    /// <exception cref="ModelLoadException">The number in the settings is out of range.</exception>
    public static int ThreadsOf(ModelFile file, InferenceOptions options)
        => Check(file, "parameters.intra_op_num_threads", file.Settings.Parameters?.IntraOpNumThreads ?? options.IntraOpNumThreads, 0, InferenceOptions.MaxThreads);

    private static T Check<T>(ModelFile file, string name, T value, T least, T most, double unit = 1)
        where T : struct, IComparable<T>, IConvertible
        => value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0
            ? value
            : throw new ModelLoadException(FormattableString.Invariant(
                $"{file.Settings.Path}: {name} should be {least.ToDouble(null) / unit} to {most.ToDouble(null) / unit}, got {value.ToDouble(null) / unit}."));
}
