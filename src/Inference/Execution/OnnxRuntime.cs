using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Inference.Execution;

/// <summary>The process's one ONNX Runtime environment, with its telemetry off.</summary>
internal static partial class OnnxRuntime
{
    /// <summary>Loads the native library. Safe to repeat; the first call takes tens of milliseconds.</summary>
    public static void Start()
    {
        // Linux builds since 1.29 report usage unless told not to before they load. The library asks libc, which .NET's
        // Environment.SetEnvironmentVariable does not reach on Unix.
        if (!OperatingSystem.IsWindows()) _ = SetEnv("ORT_DISABLE_TELEMETRY", "1", 1);
        OrtEnv.Instance().DisableTelemetryEvents();
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnv(string name, string value, int overwrite);
}
