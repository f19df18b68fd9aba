using System.Globalization;

namespace InferenceServices.ModelTools;

/// <summary>Writes the progress of long work as lines, at most one per interval. Work shorter than the interval writes nothing.</summary>
/// <param name="writer">Destination of the lines.</param>
/// <param name="time">Clock.</param>
/// <param name="work">Name of the work, which starts each line.</param>
/// <param name="interval">Minimum time between lines.</param>
internal sealed class ProgressReporter(TextWriter writer, TimeProvider time, string work, TimeSpan interval)
{
    private readonly Lock _lock = new();
    private readonly long _start = time.GetTimestamp();
    private long _last = time.GetTimestamp();

    /// <summary>Reports progress; thread-safe.</summary>
    /// <param name="done">Completed units of <paramref name="total"/>.</param>
    /// <param name="total">All units.</param>
    public void Report(long done, long total)
    {
        lock (_lock)
        {
            if (time.GetElapsedTime(_last) < interval) return;

            _last = time.GetTimestamp();
            var remaining = time.GetElapsedTime(_start) * ((double)(total - done) / Math.Max(1, done));
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{work}: {100.0 * done / total:0} %, {(long)remaining.TotalHours:00}:{remaining:mm\\:ss} remaining"));
        }
    }
}
