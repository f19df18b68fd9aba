using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Metrics of the process, with the standard names of Prometheus client libraries. Read at each scrape.</summary>
internal sealed class ProcessMetrics
{
    private const string FileDescriptors = "/proc/self/fd";

    // prometheus-net has no metric for resident memory and file descriptors, and calls the former working set.
    public ProcessMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(RequestMetrics.MeterName);
        meter.CreateObservableCounter("process_cpu", static () => Environment.CpuUsage.TotalTime.TotalSeconds, "s", "Processor time, user and system.");
        meter.CreateObservableGauge("process_resident_memory", static () => Environment.WorkingSet, "By", "Physical memory in use.");
        var started = new Lazy<double>(ReadStart);
        meter.CreateObservableGauge("process_start_time", () => started.Value, "s", "When the process began, since 1970.");
        if (!Directory.Exists(FileDescriptors)) return;
        meter.CreateObservableGauge("process_open_fds", static () => Directory.EnumerateFileSystemEntries(FileDescriptors).LongCount(), description: "Open file descriptors.");
        var maxFileDescriptors = new Lazy<double>(ReadMaxFileDescriptors);
        meter.CreateObservableGauge("process_max_fds", () => maxFileDescriptors.Value, description: "File descriptors that may be open.");
    }

    private static double ReadStart()
    {
        using var process = Process.GetCurrentProcess();
        return (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds;
    }

    // "Max open files            1024                 524288               files"
    private static double ReadMaxFileDescriptors()
    {
        foreach (var line in File.ReadLines("/proc/self/limits"))
        {
            if (!line.StartsWith("Max open files", StringComparison.Ordinal)) continue;
            var softLimit = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
            return double.TryParse(softLimit, CultureInfo.InvariantCulture, out var max) ? max : double.PositiveInfinity;
        }
        return double.PositiveInfinity;
    }
}
