namespace InferenceServices.ModelTools.Tune;

/// <summary>What the settings of a model are chosen for.</summary>
internal enum TuneObjective
{
    /// <summary>The most requests per second.</summary>
    Throughput,

    /// <summary>The lowest 99th percentile of the latency.</summary>
    P99,
}
