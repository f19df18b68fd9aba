using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Inference.Execution;

/// <summary>The ONNX Runtime environment of the process: telemetry disabled, one thread pool that sessions share by default.</summary>
internal static partial class OnnxRuntime
{
    private static readonly Lazy<bool> Started = new(Create);

    /// <summary>Loads the native library. Idempotent; the first call takes tens of milliseconds.</summary>
    public static void Start() => _ = SharesThreads;

    /// <summary>Whether sessions can share the pool: false when other code created the environment first.</summary>
    public static bool SharesThreads => Started.Value;

    /// <summary>Returns the memory of disposed sessions to the operating system, because glibc retains freed memory in its arenas.</summary>
    /// <remarks>Takes milliseconds, during which other threads may wait for allocations.</remarks>
    public static void TrimMemory()
    {
        if (OperatingSystem.IsLinux()) _ = MallocTrim(0);
    }

    private static bool Create()
    {
        // Linux builds since 1.29 report usage unless this variable is set before they load. The library reads it from libc, which .NET's
        // Environment.SetEnvironmentVariable does not change on Unix.
        if (!OperatingSystem.IsWindows()) _ = SetEnv("ORT_DISABLE_TELEMETRY", "1", 1);
        var isCreator = !OrtEnv.IsCreated;
        if (isCreator)
        {
            // The runtime's default counts the processors of the host, not of the container, and a spinning pool takes CPU time from Kestrel.
            using var threads = new OrtThreadingOptions { GlobalIntraOpNumThreads = Environment.ProcessorCount, GlobalInterOpNumThreads = 1, GlobalSpinControl = false };
            var options = new EnvironmentCreationOptions { logId = "InferenceServices", threadOptions = threads, logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING };
            _ = OrtEnv.CreateInstanceWithOptions(ref options);
        }
        OrtEnv.Instance().DisableTelemetryEvents();
        return isCreator;
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint pad);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnv(string name, string value, int overwrite);
}
