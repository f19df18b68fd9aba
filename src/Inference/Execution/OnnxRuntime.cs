using System.Runtime.InteropServices;
using Google.Protobuf;
using InferenceServices.Contracts.Serving;
using InferenceServices.Onnx;
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
    private static readonly Lazy<InferenceSession> Shrinking = new(CreateShrinking);
    private static readonly Dictionary<string, OrtValue> NoInputs = [];
    private static readonly string[] ShrinkingOutputs = ["y"];

    // The environment calls the delegate for as long as the process runs.
    private static readonly DOrtLoggingFunction WriteLog = Write;
    private static volatile ILogger? s_logger;

    [ThreadStatic]
    private static string? t_lastError;

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

    /// <summary>Releases the regions of the arena that no tensor uses.</summary>
    public static void ShrinkArena()
    {
        if (!SharesThreads) return;
        using var options = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        options.AddRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
        using var outputs = Shrinking.Value.Run(options, NoInputs, ShrinkingOutputs);
    }

    // The runtime shrinks an arena only at the end of a run: of a graph of one node, whose session shares the arena with all others.
    private static InferenceSession CreateShrinking()
    {
        var graph = new GraphBuilder("shrink");
        graph.Node("Identity", ShrinkingOutputs[0], graph.Constant("zero", [0f], 1));
        graph.Output(ShrinkingOutputs[0], OnnxDatatype.Fp32, 1);
        var model = new ModelProto { IrVersion = 8, Graph = graph.Graph, OpsetImport = { new OperatorSetIdProto { Version = 17 } } };
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        options.DisablePerSessionThreads();
        LimitMemory(options);
        return new InferenceSession(model.ToByteArray(), options);
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
        using var configuration = new ArenaConfiguration(bytes);
        // OrtMemoryInfo.DefaultInstance describes an allocator without an arena.
        using var arena = new OrtMemoryInfo(OrtMemoryInfo.allocatorCPU, OrtAllocatorType.ArenaAllocator, 0, OrtMemType.Default);
        OrtEnv.Instance().CreateAndRegisterAllocator(arena, configuration);
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
