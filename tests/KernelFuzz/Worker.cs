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
    private const int MapPrivateAnonymous = 0x22;

    // An empty input points here: a kernel that reads or writes an element of an empty tensor ends the process.
    private static readonly nint GuardPage = Map(0, 4096, ProtNone, MapPrivateAnonymous, -1, 0);

    /// <summary>Runs jobs: lines of kind, path of a model and number of cases to skip.</summary>
    public static int Run(TextReader jobs, TextWriter report)
    {
        while (jobs.ReadLine() is { } line)
        {
            var fields = line.Split('\t');
            Run(Enum.Parse<CaseKind>(fields[0]), fields[1], int.Parse(fields[2], null), report);
            Write(report, "done");
        }
        return 0;
    }

    private static void Run(CaseKind kind, string path, int skip, TextWriter report)
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
                    session ??= Open(changed.Model, threads);
                    Run(session, inputs);
                    Write(report, "ok");
                }
                catch (OnnxRuntimeException exception)
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

    private static InferenceSession Open(ModelProto model, int threads)
    {
        using var options = new SessionOptions
        {
            InterOpNumThreads = 1,
            IntraOpNumThreads = threads,
            EnableMemoryPattern = false,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        return new InferenceSession(model.ToByteArray(), options);
    }

    private static unsafe void Run(InferenceSession session, CaseInput[] inputs)
    {
        var pins = new List<GCHandle>();
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
                var pin = GCHandle.Alloc(input.Bytes, GCHandleType.Pinned);
                pins.Add(pin);
                values.Add(OrtValue.CreateTensorValueWithData(
                    OrtMemoryInfo.DefaultInstance, (TensorElementType)input.DataType, input.Dims, input.IsEmpty ? GuardPage : pin.AddrOfPinnedObject(), input.Bytes.Length));
            }
            using var options = new RunOptions();
            using var outputs = session.Run(options, [.. inputs.Select(input => input.Name)], values, session.OutputNames);
        }
        finally
        {
            foreach (var value in values) value.Dispose();
            foreach (var pin in pins) pin.Free();
        }
    }

    private static void Write(TextWriter report, string line)
    {
        report.WriteLine(line);
        report.Flush();
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);
}
