namespace InferenceServices.ModelTools.Tune;

/// <summary>Settings of a model that affect its speed but not its results.</summary>
/// <param name="IntraOpNumThreads">Threads of ONNX Runtime within one run; 1 or more.</param>
/// <param name="Executors">Batches that run at the same time; 1 or more.</param>
/// <param name="MaxBatchSize">Largest batch size in rows; 1 disables batching.</param>
internal sealed record TuneSettings(int IntraOpNumThreads, int Executors, int MaxBatchSize)
{
    private static readonly int[] BatchSizes = [1, 8, 32, 128];

    /// <summary>Returns the settings to try: powers of two, with at most one thread per processor in all runs together.</summary>
    /// <param name="processors">Number of processors; 1 or more.</param>
    public static IReadOnlyList<TuneSettings> CandidatesFor(int processors) =>
    [
        .. from threads in PowersOfTwo(processors)
           from executors in PowersOfTwo(processors / threads)
           from batchSize in BatchSizes
           select new TuneSettings(threads, executors, batchSize),
    ];

    public override string ToString() => $"intra_op_num_threads {IntraOpNumThreads}, executors {Executors}, max_batch_size {MaxBatchSize}";

    private static IEnumerable<int> PowersOfTwo(int most)
    {
        for (var power = 1; power <= most; power *= 2) yield return power;
    }
}
