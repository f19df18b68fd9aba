using System.Runtime.InteropServices;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Explanations;

/// <summary>A model's numbers for some rows.</summary>
/// <param name="Values">Shape [rows, <paramref name="PerRow"/>].</param>
/// <param name="PerRow">How many scores a row has.</param>
internal readonly record struct ModelScores(double[] Values, int PerRow)
{
    public ReadOnlySpan<double> Row(int row) => Values.AsSpan(row * PerRow, PerRow);

    /// <summary>The first output of numbers that has something for each row; integers, as predicted labels are, only where there are no others.</summary>
    /// <exception cref="NotSupportedByModelException">There is none: 501.</exception>
    public static ModelScores Of(InferResponse response, int rows)
    {
        foreach (var output in response.Outputs)
        {
            if (!output.Tensor.Shape.TryGetElementCount(out var count) || count == 0 || count % rows != 0) continue;
            if (output.Tensor.Datatype == Datatype.Fp32) return new(Array.ConvertAll(MemoryMarshal.Cast<byte, float>(output.Tensor.Bytes).ToArray(), value => (double)value), count / rows);
            if (output.Tensor.Datatype == Datatype.Fp64) return new(MemoryMarshal.Cast<byte, double>(output.Tensor.Bytes).ToArray(), count / rows);
        }
        throw new NotSupportedByModelException("The model has no output of FP32 or FP64 with something for each row, which is what can be explained.");
    }

    /// <summary>The largest score's place; of equal ones the first.</summary>
    public int Best(int row)
    {
        var scores = Row(row);
        var best = 0;
        for (var index = 1; index < scores.Length; index++)
            if (scores[index] > scores[best]) best = index;
        return best;
    }
}
