using System.Runtime.InteropServices;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Inference.Execution;

/// <summary>
/// Tests whether the first axis of a model is a batch axis: whether each output row depends on the same input row only. The signature can rule this out.
/// Otherwise two rows are run as a batch and one by one, and the results must be equal.
/// </summary>
internal static class BatchingProbe
{
    /// <summary>Finds a reason in the signature not to batch.</summary>
    /// <returns>The reason; null when batching is possible.</returns>
    public static string? FindObstacle(IReadOnlyList<TensorMetadata> inputs, IReadOnlyList<TensorMetadata> outputs)
    {
        if (inputs.Count == 0) return "the graph has no inputs";
        foreach (var tensor in inputs.Concat(outputs))
            if (tensor.Shape.Rank == 0 || tensor.Shape[0] != -1) return $"the first axis of '{tensor.Name}' {tensor.Shape} is not dynamic";
        return null;
    }

    /// <summary>Finds a reason not to batch by running two rows as a batch and one by one.</summary>
    /// <param name="session">A session whose signature permits batching.</param>
    /// <param name="areRowsDependent">Whether the runs differ, or have other rows than the inputs. False also if the graph rejects the inputs of the probe.</param>
    /// <param name="cancellationToken">Terminates the runs.</param>
    /// <returns>The reason; null when batching is possible.</returns>
    public static string? FindObstacle(ModelSession session, out bool areRowsDependent, CancellationToken cancellationToken = default)
    {
        foreach (var length in TrialRequest.LengthsFor(session.RequiredInputs))
        {
            try
            {
                var difference = Compare(session, length, cancellationToken);
                areRowsDependent = difference is not null;
                return difference;
            }
            catch (OnnxRuntimeException) when (!cancellationToken.IsCancellationRequested)
            {
                // Not every graph accepts generated inputs.
            }
        }
        areRowsDependent = false;
        return "the graph rejected generated inputs; set \"max_batch_size\" in model-settings.json if its rows are independent";
    }

    private static string? Compare(ModelSession session, long length, CancellationToken cancellationToken)
    {
        using var options = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        using var termination = options.TerminateOn(cancellationToken);
        var outputs = new List<InferOutput>();
        try
        {
            var batch = Run(session, options, length, 0, 2, outputs);
            var first = Run(session, options, length, 0, 1, outputs);
            var second = Run(session, options, length, 1, 1, outputs);
            for (var i = 0; i < batch.Length; i++)
            {
                var (whole, row0, row1) = (batch[i].Tensor, first[i].Tensor, second[i].Tensor);
                if (whole.Shape.Rank == 0 || whole.Shape[0] != 2 || row0.Shape[0] != 1 || row1.Shape[0] != 1) return $"output '{batch[i].Name}' does not have the number of rows of the inputs";
                if (!AreEqual(whole.Datatype, whole.Bytes, [.. row0.Bytes, .. row1.Bytes])) return $"a row of output '{batch[i].Name}' depends on the other rows";
            }
            return null;
        }
        finally
        {
            foreach (var output in outputs) output.Tensor.Dispose();
        }
    }

    // Collects the outputs, so that the caller disposes them even when a later run fails.
    private static InferOutput[] Run(ModelSession session, RunOptions options, long length, int firstRow, int rows, List<InferOutput> all)
    {
        using var request = TrialRequest.Create(session.RequiredInputs, length, firstRow, rows);
        var outputs = session.Run(request, options, out _);
        all.AddRange(outputs);
        return outputs;
    }

    private static bool AreEqual(Datatype datatype, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        // Kernels may add in a different order for more rows, which changes the last digits of floating-point results.
        double? tolerance = datatype switch { Datatype.Fp32 or Datatype.Fp64 => 1e-3, Datatype.Fp16 => 1e-2, Datatype.Bf16 => 5e-2, _ => null };
        if (tolerance is null) return first.SequenceEqual(second);
        if (first.Length != second.Length) return false;
        var size = datatype.SizeBytes();
        for (var at = 0; at < first.Length; at += size)
        {
            var (a, b) = (Read(datatype, first[at..]), Read(datatype, second[at..]));
            if (!a.Equals(b) && !(Math.Abs(a - b) <= tolerance * Math.Max(1, Math.Max(Math.Abs(a), Math.Abs(b))))) return false;
        }
        return true;
    }

    private static double Read(Datatype datatype, ReadOnlySpan<byte> bytes) => datatype switch
    {
        Datatype.Fp64 => MemoryMarshal.Read<double>(bytes),
        Datatype.Fp16 => (double)MemoryMarshal.Read<Half>(bytes),
        Datatype.Bf16 => (float)MemoryMarshal.Read<BFloat16>(bytes),
        _ => MemoryMarshal.Read<float>(bytes),
    };
}
