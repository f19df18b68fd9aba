using System.Runtime.InteropServices;
using InferenceServices.Contracts.Serving;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Inference.Execution;

/// <summary>The ONNX Runtime environment of the process: telemetry disabled, one thread pool that sessions share by default, one log.</summary>
internal static partial class OnnxRuntime
{
    // Share of the memory that the container has left when the runtime starts. Requests have the rest: RequestMemory.
    private const double ArenaShare = 0.3;
    private const long LeastArenaBytes = 32 << 20;

    private static readonly Lazy<bool> Started = new(Create);

    // The environment calls the delegate for as long as the process runs.
    private static readonly DOrtLoggingFunction WriteLog = Write;
    private static volatile ILogger? s_logger;

    [ThreadStatic]
    private static string? t_lastError;
    private static OrtAllocator? s_arena;

    /// <summary>Loads the native library. Idempotent; the first call takes tens of milliseconds.</summary>
    public static void Start() => _ = SharesThreads;

    /// <summary>Whether sessions can share the pool: false when other code created the environment first.</summary>
    public static bool SharesThreads => Started.Value;

    /// <summary>Version of the native library.</summary>
    public static string Version
    {
        get
        {
            Start();
            return OrtEnv.Instance().GetVersionString();
        }
    }

    /// <summary>The last error that the runtime logged on this thread.</summary>
    public static string? LastError => t_lastError;

    /// <summary>Sends the runtime's log to a logger; until then, messages are dropped. A process has one environment, so the last logger counts.</summary>
    public static void LogTo(ILogger logger) => s_logger = logger;

    /// <summary>Sets the options of a session that concern memory: one limited arena for all sessions, and weights outside of the arena.</summary>
    public static void LimitMemory(SessionOptions options)
    {
        if (!SharesThreads) return;
        options.AddSessionConfigEntry("session.use_env_allocators", "1");
        options.AddSessionConfigEntry("session.use_device_allocator_for_initializers", "1");
    }

    /// <summary>Remembers the arena, for <see cref="ShrinkArena"/>.</summary>
    public static void FindArena(InferenceSession session)
    {
        if (!SharesThreads || Volatile.Read(ref s_arena) is not null) return;
        var arena = new OrtAllocator(session, OrtMemoryInfo.DefaultInstance);
        if (Interlocked.CompareExchange(ref s_arena, arena, null) is not null) arena.Dispose();
    }

    /// <summary>Releases the regions of the arena that no tensor uses.</summary>
    public static unsafe void ShrinkArena()
    {
        if (Volatile.Read(ref s_arena) is not { } arena) return;
        // struct OrtAllocator of onnxruntime_c_api.h, which the C# binding does not declare: version, Alloc, Free, Info, Reserve, GetStats, AllocOnStream,
        // and Shrink since version 25.
        const int ShrinkVersion = 25;
        const int ShrinkIndex = 7;
        var allocator = (nint*)arena.DangerousGetHandle();
        if (*(uint*)allocator < ShrinkVersion || allocator[ShrinkIndex] == 0) return;
        _ = ((delegate* unmanaged<nint*, nint>)allocator[ShrinkIndex])(allocator);
    }

    private static bool Create()
    {
        // Linux builds since 1.29 report usage unless this variable is set before they load. The library reads it from libc, which .NET's
        // Environment.SetEnvironmentVariable does not change on Unix.
        if (!OperatingSystem.IsWindows()) _ = SetEnv("ORT_DISABLE_TELEMETRY", "1", 1);
        if (OperatingSystem.IsLinux()) ProvideLocale();
        var isCreator = !OrtEnv.IsCreated;
        if (isCreator)
        {
            // The runtime's default counts the processors of the host, not of the container, and a spinning pool takes CPU time from Kestrel.
            using var threads = new OrtThreadingOptions { GlobalIntraOpNumThreads = Environment.ProcessorCount, GlobalInterOpNumThreads = 1, GlobalSpinControl = false };
            var options = new EnvironmentCreationOptions
            {
                logId = "InferenceServices",
                threadOptions = threads,
                logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING,
                loggingFunction = WriteLog,
            };
            _ = OrtEnv.CreateInstanceWithOptions(ref options);
            RegisterArena();
        }
        OrtEnv.Instance().DisableTelemetryEvents();
        return isCreator;
    }

    private static void RegisterArena()
    {
        var bytes = Math.Max(LeastArenaBytes, (long)(new ContainerMemory().ReadAvailableBytes() * ArenaShare));
        // Regions of the requested size: the default doubles them. Zero, which means unlimited, for sizes that the binding cannot express.
        using var configuration = new OrtArenaCfg(bytes > uint.MaxValue ? 0 : (uint)bytes, arenaExtendStrategy: 1, initialChunkSizeBytes: -1, maxDeadBytesPerChunk: -1);
        OrtEnv.Instance().CreateAndRegisterAllocator(OrtMemoryInfo.DefaultInstance, configuration);
    }

    /// <summary>
    /// Makes the locale en_US.UTF-8 available, which StringNormalizer needs for upper and lower case, and which minimal systems do not have. The folder
    /// <c>locale</c> beside the program has a copy under this name of glibc's C.utf8, whose rules for letters are the same.
    /// </summary>
    private static void ProvideLocale()
    {
        const int AllCategories = 0x1FBF;
        const string Variable = "LOCPATH";
        var folder = Path.Combine(AppContext.BaseDirectory, "locale");
        var locale = NewLocale(AllCategories, "en_US.UTF-8", 0);
        if (locale != 0) FreeLocale(locale);
        else if (Directory.Exists(folder)) _ = SetEnv(Variable, GetEnv(Variable) is { Length: > 0 } configured ? $"{configured}:{folder}" : folder, 1);
    }

    // Must not throw: the caller is native.
    private static void Write(nint parameter, OrtLoggingLevel severity, string category, string logId, string location, string message)
    {
        if (severity >= OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR) t_lastError = message;
        if (s_logger is not { } logger) return;
        var (level, text) = (LevelOf(severity), message.TrimEnd());
        try
        {
            if (logger.IsEnabled(level)) Log.RuntimeMessage(logger, level, text, location);
        }
        catch (Exception)
        {
            // A logger of a host that was disposed.
        }
    }

    private static LogLevel LevelOf(OrtLoggingLevel severity) => severity switch
    {
        OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL => LogLevel.Critical,
        OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR => LogLevel.Error,
        OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING => LogLevel.Warning,
        OrtLoggingLevel.ORT_LOGGING_LEVEL_INFO => LogLevel.Information,
        _ => LogLevel.Debug,
    };

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnv(string name, string value, int overwrite);

    private static string? GetEnv(string name) => Marshal.PtrToStringUTF8(GetEnvPointer(name));

    // The text belongs to libc.
    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetEnvPointer(string name);

    [LibraryImport("libc", EntryPoint = "newlocale", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint NewLocale(int categories, string name, nint locale);

    [LibraryImport("libc", EntryPoint = "freelocale")]
    private static partial void FreeLocale(nint locale);
}
