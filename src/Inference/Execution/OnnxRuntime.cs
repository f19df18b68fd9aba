using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Inference.Execution;

/// <summary>The process's one ONNX Runtime environment: its telemetry off, and one pool of threads for all sessions that ask for no other.</summary>
internal static partial class OnnxRuntime
{
    private static readonly Lazy<bool> Started = new(Create);

    /// <summary>Loads the native library. Safe to repeat; the first call takes tens of milliseconds.</summary>
    public static void Start() => _ = SharesThreads;

    /// <summary>Whether sessions can share the pool: not when somebody else made the environment before.</summary>
    public static bool SharesThreads => Started.Value;

    /// <summary>Gives memory of sessions that were disposed back to the system: glibc keeps what threads have freed, in as many pieces as it has arenas.</summary>
    /// <remarks>Takes milliseconds, in which other threads may wait for memory.</remarks>
    public static void TrimMemory()
    {
        if (OperatingSystem.IsLinux()) _ = MallocTrim(0);
    }

    private static bool Create()
    {
        // Linux builds since 1.29 report usage unless told not to before they load. The library asks libc, which .NET's
        // Environment.SetEnvironmentVariable does not reach on Unix.
        if (!OperatingSystem.IsWindows()) _ = SetEnv("ORT_DISABLE_TELEMETRY", "1", 1);
        var mine = !OrtEnv.IsCreated;
        if (mine)
        {
            // The runtime's own default counts the host's processors, not the container's, and a spinning pool burns the processor that Kestrel needs.
            using var threads = new OrtThreadingOptions { GlobalIntraOpNumThreads = Environment.ProcessorCount, GlobalInterOpNumThreads = 1, GlobalSpinControl = false };
            var options = new EnvironmentCreationOptions { logId = "InferenceServices", threadOptions = threads, logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING };
            _ = OrtEnv.CreateInstanceWithOptions(ref options);
        }
        OrtEnv.Instance().DisableTelemetryEvents();
        return mine;
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint pad);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnv(string name, string value, int overwrite);
}
