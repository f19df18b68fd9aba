using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Benchmarks;

/// <summary>Measures ONNX Runtime without a server: the lower bound of the cost per row.</summary>
internal static class RawRuntime
{
    /// <summary>Runs a model of one FP32 input [rows, width] in batches and prints processor time and time per row.</summary>
    /// <param name="path">An <c>.onnx</c> file.</param>
    /// <param name="rows">Batch size.</param>
    /// <param name="threads">Threads per execution.</param>
    public static void Run(string path, int rows, int threads)
    {
        using var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1, EnableMemoryPattern = false };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        using var session = new InferenceSession(path, options);
        using var run = new RunOptions();
        var (name, input) = session.InputMetadata.Single();
        var data = new float[rows * input.Dimensions[1]];
        Random.Shared.GetItems([-1f, 0.5f, 2f], data.AsSpan());
        using var value = OrtValue.CreateTensorValueFromMemory(data, [rows, input.Dimensions[1]]);
        string[] inputs = [name], outputs = [session.OutputNames[0]];
        for (var round = 0; round < 4; round++)
        {
            var (started, cpu, runs) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime, 0);
            for (; Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(1); runs++) session.Run(run, inputs, [value], outputs).Dispose();
            // The first execution is the warm-up.
            if (round == 0) continue;
            Console.WriteLine(FormattableString.Invariant(
                $"{rows} rows a run, {threads} threads: {(Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / (runs * rows):F1} µs of CPU, {Stopwatch.GetElapsedTime(started).TotalMicroseconds / (runs * rows):F1} µs a row"));
        }
    }
}
