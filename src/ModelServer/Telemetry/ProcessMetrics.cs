using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Resource use of the process, under the standard Prometheus names; read at each scrape.</summary>
internal sealed class ProcessMetrics
{
    private const string FileDescriptors = "/proc/self/fd";

    public ProcessMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(RequestMetrics.MeterName);
        meter.CreateObservableCounter("process_cpu", static () => Environment.CpuUsage.TotalTime.TotalSeconds, "s", "Processor time, user and system.");
        meter.CreateObservableGauge("process_resident_memory", static () => Environment.WorkingSet, "By", "Physical memory in use.");
        var started = new Lazy<double>(ReadStart);
        meter.CreateObservableGauge("process_start_time", () => started.Value, "s", "When the process began, since 1970.");
        if (!Directory.Exists(FileDescriptors)) return;
        meter.CreateObservableGauge("process_open_fds", static () => Directory.EnumerateFileSystemEntries(FileDescriptors).LongCount(), description: "Open file descriptors.");
        var most = new Lazy<double>(ReadMostFileDescriptors);
        meter.CreateObservableGauge("process_max_fds", () => most.Value, description: "File descriptors that may be open.");
    }

    private static double ReadStart()
    {
        using var process = Process.GetCurrentProcess();
        return (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds;
    }

    // "Max open files            1024                 524288               files"
    private static double ReadMostFileDescriptors()
    {
        foreach (var line in File.ReadLines("/proc/self/limits"))
        {
            if (!line.StartsWith("Max open files", StringComparison.Ordinal)) continue;
            var soft = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
            return double.TryParse(soft, CultureInfo.InvariantCulture, out var most) ? most : double.PositiveInfinity;
        }
        return double.PositiveInfinity;
    }
}
