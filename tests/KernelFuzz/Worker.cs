using System.Runtime.InteropServices;
using Google.Protobuf;
using InferenceServices.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace InferenceServices.KernelFuzz;

/// <summary>Runs cases in a process of its own, which a kernel may end. Each case is announced before it runs.</summary>
internal static partial class Worker
{
    private const int ProtNone = 0;
    private const int ProtReadWrite = 3;
    private const int MapPrivateAnonymous = 0x22;

    private const int PageSize = 4096;

    // An empty input points here: a kernel that reads or writes an element of an empty tensor ends the process.
    private static readonly nint GuardPage = Map(0, PageSize, ProtNone, MapPrivateAnonymous, -1, 0);

    /// <summary>Runs jobs: lines of kind, path of a model and number of cases to skip.</summary>
    /// <param name="jobs">Source of the jobs.</param>
    /// <param name="report">Target of the results.</param>
    /// <param name="isGuarded">Whether to open graphs as the server does.</param>
    public static int Run(TextReader jobs, TextWriter report, bool isGuarded)
    {
        while (jobs.ReadLine() is { } line)
        {
            var fields = line.Split('\t');
            Run(Enum.Parse<CaseKind>(fields[0]), fields[1], int.Parse(fields[2], null), isGuarded, report);
            Write(report, "done");
        }
        return 0;
    }

    private static void Run(CaseKind kind, string path, int skip, bool isGuarded, TextWriter report)
    {
        if (FuzzModel.Read(path) is not { } model)
        {
            Write(report, "skipped\tan input is not a supported tensor");
            return;
        }
        var first = 0;
        foreach (var (variant, changed, threads) in Variants(model))
        {
            InferenceSession? session = null;
            var cases = Cases.Of(kind, changed.Inputs).ToList();
            foreach (var (index, (name, inputs)) in cases.Index())
            {
                if (first + index < skip) continue;
                Write(report, $"case\t{first + index}\t{variant}: {name}");
                try
                {
                    session ??= Open(changed, threads, isGuarded);
                    Run(session, inputs, isGuarded);
                    Write(report, "ok");
                }
                catch (Exception exception) when (exception is OnnxRuntimeException or NotSupportedException)
                {
                    Write(report, $"error\t{exception.Message.ReplaceLineEndings(" ").Replace('\t', ' ')}");
                    // The runtime has no kernel for the types of this variant.
                    if (session is null) break;
                }
            }
            session?.Dispose();
            first += cases.Count;
        }
    }

    private static IEnumerable<(string Name, FuzzModel Model, int Threads)> Variants(FuzzModel model)
    {
        yield return ("inputs", model, 1);
        yield return ("2 threads", model, 2);
        if (model.WithType(OnnxDatatype.Fp64) is { } fp64) yield return ("FP64", fp64, 1);
        if (model.WithType(OnnxDatatype.Fp16) is { } fp16) yield return ("FP16", fp16, 1);
        if (model.Inputs.Count > 1)
            for (var input = 0; input < Math.Min(3, model.Inputs.Count); input++) yield return ($"constants but {model.Inputs[input].Name}", model.WithConstants(input), 1);
    }

    private static InferenceSession Open(FuzzModel model, int threads, bool isGuarded)
    {
        using var options = new SessionOptions
        {
            InterOpNumThreads = 1,
            IntraOpNumThreads = threads,
            EnableMemoryPattern = false,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        if (!isGuarded) return new InferenceSession(model.Model.ToByteArray(), options);
        var folder = Directory.CreateTempSubdirectory("kernel-fuzz-");
        try
        {
            return new InferenceSession(model.Guarded(folder.FullName), options);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static unsafe void Run(InferenceSession session, CaseInput[] inputs, bool isGuarded)
    {
        var maps = new List<(nint Address, nuint Length)>();
        var values = new List<OrtValue>();
        try
        {
            foreach (var input in inputs)
            {
                if (input.DataType == OnnxDatatype.String)
                {
                    var strings = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, input.Dims);
                    for (var index = 0; index < input.Strings.Length; index++) strings.StringTensorSetElementAt(input.Strings[index], index);
                    values.Add(strings);
                    continue;
                }
                values.Add(OrtValue.CreateTensorValueWithData(
                    OrtMemoryInfo.DefaultInstance, (TensorElementType)input.DataType, input.Dims, input.IsEmpty ? GuardPage : Place(input.Bytes, maps), input.Bytes.Length));
            }
            using var options = new RunOptions();
            using var outputs = session.Run(options, [.. inputs.Select(input => isGuarded && input.Dims.Length > 0 ? input.Name + ":full" : input.Name)], values, session.OutputNames);
        }
        finally
        {
            foreach (var value in values) value.Dispose();
            foreach (var (address, length) in maps) _ = Unmap(address, length);
        }
    }

    // The elements end where a page begins that is not readable: a kernel that reads behind them ends the process.
    private static unsafe nint Place(byte[] bytes, List<(nint Address, nuint Length)> maps)
    {
        var size = (bytes.Length + PageSize - 1) / PageSize * PageSize;
        var length = (nuint)(size + PageSize);
        var address = Map(0, length, ProtReadWrite, MapPrivateAnonymous, -1, 0);
        if (address == -1) throw new InvalidOperationException("mmap failed");
        maps.Add((address, length));
        _ = Protect(address + size, PageSize, ProtNone);
        bytes.CopyTo(new Span<byte>((void*)(address + size - bytes.Length), bytes.Length));
        return address + size - bytes.Length;
    }

    private static void Write(TextWriter report, string line)
    {
        report.WriteLine(line);
        report.Flush();
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nuint length, int protection);
}
