using System.Runtime.InteropServices;
using System.Text.Json;

namespace InferenceServices.StorageInitializer;

/// <summary>The command: <c>storage-initializer SRC DEST [SRC DEST]...</c>. The last line it writes is what Kubernetes shows as the container's message.</summary>
internal static class InitializerProgram
{
    /// <summary>Where Kubernetes reads a container's last words from.</summary>
    private const string TerminationLog = "/dev/termination-log";

    private const string Usage = """
        Usage: storage-initializer SRC DEST [SRC DEST]...

          SRC   s3://bucket/path            gs://bucket/path           hf://owner/model[:revision]
                https://host/file           oci://registry/name:tag    https://account.blob.core.windows.net/container/path
                file:///path or /path       pvc://claim/path (as mounted at /mnt/pvc)
          DEST  a directory, usually /mnt/models; it is made where it is missing

        A model is complete at DEST or not there at all. Credentials come by KServe's variables of the environment; see the README.
        Exit codes: 0 done, 1 usage, 2 authentication, 3 permission, 4 not_found, 5 connection, 6 damaged, 7 disk, 8 archive, 9 unsupported, 143 stopped.
        """;

    public static async Task<int> RunAsync(IReadOnlyList<string> args, StorageEnvironment environment, TextWriter output, TextWriter log, CancellationToken cancellationToken)
    {
        if (args.Contains("--help") || args.Contains("-h"))
        {
            await output.WriteLineAsync(Usage);
            return 0;
        }
        if (args.Count < 2 || args.Count % 2 != 0)
        {
            await log.WriteLineAsync(Usage);
            await log.WriteLineAsync($"storage-initializer: usage: SRC and DEST come in pairs; {args.Count} words came.");
            return (int)FailureCategory.Usage;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, stop));
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, stop));
        var lines = TextWriter.Synchronized(log);
        try
        {
            await new Initializer(environment, lines, TimeProvider.System).RunAsync(PairsOf(args), stop.Token);
            return 0;
        }
        catch (Exception exception)
        {
            var failure = Describe(exception, stop.Token);
            var line = $"storage-initializer: {JsonNamingPolicy.SnakeCaseLower.ConvertName(failure.Category.ToString())}: {failure.Message}";
            await lines.WriteLineAsync(line);
            LeaveLastWords(line);
            return (int)failure.Category;
        }
    }

    private static IEnumerable<(string Source, string Destination)> PairsOf(IReadOnlyList<string> args)
        => Enumerable.Range(0, args.Count / 2).Select(i => (args[2 * i], args[(2 * i) + 1]));

    private static void Stop(PosixSignalContext signal, CancellationTokenSource stop)
    {
        signal.Cancel = true;
        stop.Cancel();
    }

    private static StorageException Describe(Exception exception, CancellationToken stop) => exception switch
    {
        StorageException failure => failure,
        OperationCanceledException when stop.IsCancellationRequested => new(FailureCategory.Stopped, "Told to stop; what has come is kept for the next start."),
        // errno of a full disk and of a used-up quota.
        IOException { HResult: 28 or 122 } full => new(FailureCategory.Disk, $"The destination is full: {full.Message}"),
        IOException or UnauthorizedAccessException => new(FailureCategory.Disk, $"The destination cannot be written: {exception.Message}"),
        _ => new(FailureCategory.Unexpected, $"A fault of this program, {exception.GetType().Name}: {exception.Message}"),
    };

    private static void LeaveLastWords(string line)
    {
        try
        {
            if (File.Exists(TerminationLog)) File.WriteAllText(TerminationLog, line);
        }
        // The line stands in the log as well, which Kubernetes falls back to.
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }
}
