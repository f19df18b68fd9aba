using System.Globalization;

namespace InferenceServices.ModelTools;

/// <summary>Says how far long work is, at most once a second, and nothing at all about work that takes less than one.</summary>
internal sealed class Progress(TextWriter writer, TimeProvider time, string work)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private long _last = time.GetTimestamp();

    public void Report(long done, long total)
    {
        if (time.GetElapsedTime(_last) < Interval)
            return;

        _last = time.GetTimestamp();
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{work}: {100.0 * done / total:0} %"));
    }
}
