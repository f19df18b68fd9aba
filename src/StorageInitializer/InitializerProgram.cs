using System.Runtime.InteropServices;

namespace InferenceServices.StorageInitializer;

/// <summary>The command: <c>storage-initializer SRC DEST [SRC DEST]...</c>. The last line of the log is the container's termination message in Kubernetes.</summary>
internal static class InitializerProgram
{
    /// <summary>The file from which Kubernetes reads the termination message.</summary>
    private const string TerminationMessagePath = "/dev/termination-log";

    private const string Usage = """
        Usage: storage-initializer SRC DEST [SRC DEST]...

          SRC   s3://bucket/path            gs://bucket/path           hf://owner/model[:revision]
                https://host/file           oci://registry/name:tag    https://account.blob.core.windows.net/container/path
                file:///path or /path       pvc://claim/path (as mounted at /mnt/pvc)
          DEST  a directory, usually /mnt/models; created if missing

        A model is published at DEST atomically. Credentials are read from KServe's environment variables; see the README.
        Exit codes: 0 done, 1 usage, 2 authentication, 3 permission, 4 not_found, 5 connection, 6 damaged, 7 disk, 8 archive, 9 unsupported, 143 stopped.
        """;

    public static async Task<int> RunAsync(IReadOnlyList<string> args, StorageEnvironment environment, TextWriter output, TextWriter log, CancellationToken cancellationToken)
    {
        if (args.Contains("--help") || args.Contains("-h"))
        {
            await output.WriteLineAsync(Usage);
            return 0;
        }
        if (args.Contains("--version"))
        {
            await output.WriteLineAsync($"storage-initializer {typeof(InitializerProgram).Assembly.GetName().Version!.ToString(3)}");
            return 0;
        }
        if (args.Count < 2 || args.Count % 2 != 0)
        {
            await log.WriteLineAsync(Usage);
            await log.WriteLineAsync($"storage-initializer: usage: SRC and DEST come in pairs; got {args.Count} arguments.");
            return (int)FailureCategory.Usage;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, stop));
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, stop));
        var lines = TextWriter.Synchronized(new LogLines(log));
        try
        {
            await new Initializer(environment, lines, TimeProvider.System).RunAsync(ToPairs(args), stop.Token);
            return 0;
        }
        catch (Exception exception)
        {
            var failure = ToStorageException(exception, stop.Token);
            var line = LogLines.Escape($"storage-initializer: {failure.Category.ToWord()}: {failure.Message}");
            await lines.WriteLineAsync(line);
            WriteTerminationMessage(line);
            return (int)failure.Category;
        }
    }

    private static IEnumerable<(string Source, string Destination)> ToPairs(IReadOnlyList<string> args)
        => Enumerable.Range(0, args.Count / 2).Select(i => (args[2 * i], args[(2 * i) + 1]));

    private static void Stop(PosixSignalContext signal, CancellationTokenSource stop)
    {
        signal.Cancel = true;
        stop.Cancel();
    }

    private static StorageException ToStorageException(Exception exception, CancellationToken stop) => exception switch
    {
        StorageException failure => failure,
        OperationCanceledException when stop.IsCancellationRequested => new(FailureCategory.Stopped, "Received a stop signal; downloaded data is preserved for the next start."),
        // errno ENOSPC and EDQUOT.
        IOException { HResult: 28 or 122 } full => new(FailureCategory.Disk, $"The destination is full: {full.Message}"),
        IOException or UnauthorizedAccessException => new(FailureCategory.Disk, $"The destination cannot be written: {exception.Message}"),
        _ => new(FailureCategory.Unexpected, $"Internal error, {exception.GetType().Name}: {exception.Message}"),
    };

    private static void WriteTerminationMessage(string line)
    {
        try
        {
            if (File.Exists(TerminationMessagePath)) File.WriteAllText(TerminationMessagePath, line);
        }
        // Kubernetes falls back to the log, which has the same line.
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }
}
