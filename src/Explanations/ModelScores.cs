using System.Runtime.InteropServices;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Explanations;

/// <summary>The scores of a model for some rows.</summary>
/// <param name="Values">Shape [rows, <paramref name="PerRow"/>].</param>
/// <param name="PerRow">Number of scores per row.</param>
internal readonly record struct ModelScores(double[] Values, int PerRow)
{
    public ReadOnlySpan<double> Row(int row) => Values.AsSpan(row * PerRow, PerRow);

    /// <summary>Reads the first FP32 or FP64 output with values for each row.</summary>
    /// <exception cref="NotSupportedByModelException">The model has no such output: 501.</exception>
    public static ModelScores Of(InferResponse response, int rows)
    {
        foreach (var output in response.Outputs)
        {
            if (!output.Tensor.Shape.TryGetElementCount(out var count) || count == 0 || count % rows != 0) continue;
            if (output.Tensor.Datatype == Datatype.Fp32) return new(Array.ConvertAll(MemoryMarshal.Cast<byte, float>(output.Tensor.Bytes).ToArray(), value => (double)value), count / rows);
            if (output.Tensor.Datatype == Datatype.Fp64) return new(MemoryMarshal.Cast<byte, double>(output.Tensor.Bytes).ToArray(), count / rows);
        }
        throw new NotSupportedByModelException("The model has no FP32 or FP64 output with values for each row, which an explanation needs.");
    }

    /// <summary>Returns the index of the largest score; of equal scores the first.</summary>
    public int Best(int row)
    {
        var scores = Row(row);
        var best = 0;
        for (var index = 1; index < scores.Length; index++)
            if (scores[index] > scores[best]) best = index;
        return best;
    }
}
