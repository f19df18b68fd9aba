using System.Globalization;

namespace InferenceServices.ModelTools.Tune;

/// <summary>Result of a trial under load.</summary>
/// <param name="RequestsPerSecond">Completed requests per second.</param>
/// <param name="P50">Median of the latency.</param>
/// <param name="P99">99th percentile of the latency.</param>
/// <param name="HasBatches">Whether a run had several rows of different requests.</param>
internal sealed record LoadResult(double RequestsPerSecond, TimeSpan P50, TimeSpan P99, bool HasBatches)
{
    /// <summary>Returns how good a result is, as a number that is higher for a better result. A ratio of two scores is the gain.</summary>
    public double Score(TuneObjective objective) => objective == TuneObjective.Throughput ? RequestsPerSecond : 1 / P99.TotalSeconds;

    public override string ToString()
        => string.Create(CultureInfo.InvariantCulture, $"{RequestsPerSecond:N0} requests/s, p50 {P50.TotalMilliseconds:0.00} ms, p99 {P99.TotalMilliseconds:0.00} ms");
}
