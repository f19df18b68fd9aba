using System.Collections.Concurrent;
using System.Diagnostics;
using InferenceServices.Onnx;

namespace InferenceServices.KernelFuzz;

/// <summary>Runs the cases of every model in worker processes, which it replaces when they end or hang.</summary>
internal static class Campaign
{
    // A model whose cases hang is not tested further.
    private const int MaxHangs = 2;
    private const long MaxMemory = 4L << 30;
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(4);

    /// <summary>Writes one line per case: model, operators, case, outcome, detail.</summary>
    /// <param name="kind">Class of inputs.</param>
    /// <param name="isGuarded">Whether to open graphs as the server does.</param>
    /// <param name="results">File of the results.</param>
    /// <param name="folders">Folders with models.</param>
    public static int Run(CaseKind kind, bool isGuarded, string results, string[] folders)
    {
        string[] models = [.. folders.SelectMany(folder => Directory.EnumerateFiles(folder, "model.onnx", SearchOption.AllDirectories)).Order(StringComparer.Ordinal)];
        using var output = TextWriter.Synchronized(new StreamWriter(results) { AutoFlush = true });
        var queue = new ConcurrentQueue<string>(models);
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() => Work(kind, isGuarded, queue, output))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return 0;
    }

    private static void Work(CaseKind kind, bool isGuarded, ConcurrentQueue<string> models, TextWriter output)
    {
        WorkerProcess? worker = null;
        while (models.TryDequeue(out var path))
        {
            var operators = OperatorsOf(path);
            var (model, cases, hangs) = (Path.GetFileName(Path.GetDirectoryName(path)), 0, 0);
            for (var isDone = false; !isDone;)
            {
                worker ??= new WorkerProcess(isGuarded);
                worker.Send($"{kind}\t{path}\t{cases}");
                string? running = null;
                while (true)
                {
                    var line = worker.Receive(TimeLimit, MaxMemory, out var failure);
                    if (failure is not null)
                    {
                        output.WriteLine($"{model}\t{operators}\t{running ?? "load"}\t{failure}");
                        worker = null;
                        if (failure.StartsWith("hang", StringComparison.Ordinal)) hangs++;
                        isDone = running is null || hangs == MaxHangs;
                        break;
                    }
                    if (line == "done")
                    {
                        isDone = true;
                        break;
                    }
                    if (line!.StartsWith("case\t", StringComparison.Ordinal)) (cases, running) = (int.Parse(line.Split('\t')[1], null) + 1, line.Split('\t')[2]);
                    else output.WriteLine($"{model}\t{operators}\t{running ?? "load"}\t{line}");
                }
            }
        }
        worker?.Dispose();
    }

    // Operators of the main graph, then those of subgraphs only.
    private static string OperatorsOf(string path)
    {
        var graph = OnnxFile.Read(path).Graph;
        var main = graph.Node.Select(NameOf).Distinct().ToArray();
        return $"{string.Join(',', main)}\t{string.Join(',', GraphReader.AllNodes(graph).Select(NameOf).Distinct().Except(main))}";
    }

    private static string NameOf(NodeProto node) => node.Domain.Length == 0 ? node.OpType : $"{node.Domain}.{node.OpType}";

    private sealed class WorkerProcess : IDisposable
    {
        private readonly Process _process;
        private readonly BlockingCollection<string?> _lines = [];

        public WorkerProcess(bool isGuarded)
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!, isGuarded ? ["worker", "guarded"] : ["worker"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["ORT_DISABLE_TELEMETRY"] = "1";
            start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
            // Freed and uninitialized memory has a value that is visible in results and pointers.
            start.Environment["MALLOC_PERTURB_"] = "165";
            _process = Process.Start(start)!;
            _process.ErrorDataReceived += (_, _) => { };
            _process.BeginErrorReadLine();
            new Thread(() =>
            {
                while (_process.StandardOutput.ReadLine() is { } line) _lines.Add(line);
                _lines.Add(null);
            })
            { IsBackground = true }.Start();
        }

        public void Send(string job) => _process.StandardInput.WriteLine(job);

        public string? Receive(TimeSpan timeLimit, long maxMemory, out string? failure)
        {
            failure = null;
            for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < timeLimit;)
            {
                if (_lines.TryTake(out var line, 50))
                {
                    if (line is not null) return line;
                    _process.WaitForExit();
                    failure = $"crash\tsignal {_process.ExitCode - 128}";
                    Dispose();
                    return null;
                }
                _process.Refresh();
                if (_process.HasExited || _process.WorkingSet64 < maxMemory) continue;
                failure = "memory\t";
                Dispose();
                return null;
            }
            failure = "hang\t";
            Dispose();
            return null;
        }

        public void Dispose()
        {
            if (!_process.HasExited)
            {
                _process.Kill();
                _process.WaitForExit();
            }
            _process.Dispose();
        }
    }
}
