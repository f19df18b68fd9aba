using InferenceServices.Contracts.V2;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Inference.Execution;

/// <summary>
/// Compares the symbolic dimensions of a request's inputs: dimensions with the same name should have the same length. The runtime does not enforce
/// this, and a graph may broadcast one input over another, so the check runs only after a failed run, to tell invalid input from a model failure.
/// </summary>
/// <param name="inputs">Input metadata of the graph.</param>
internal sealed class SymbolicDimensions(IReadOnlyDictionary<string, NodeMetadata> inputs)
{
    /// <summary>Finds two inputs whose lengths differ along a shared symbolic dimension.</summary>
    /// <returns>An error message; null when all lengths match.</returns>
    public string? FindMismatch(InferRequest request)
    {
        var seen = new Dictionary<string, (string Input, long Length)>(StringComparer.Ordinal);
        foreach (var input in request.Inputs)
        {
            var names = inputs[input.Name].SymbolicDimensions;
            for (var axis = 0; axis < Math.Min(names.Length, input.Tensor.Shape.Rank); axis++)
            {
                var length = input.Tensor.Shape[axis];
                if (names[axis].Length == 0 || seen.TryAdd(names[axis], (input.Name, length)) || seen[names[axis]].Length == length) continue;
                var (other, expected) = seen[names[axis]];
                return $"input '{input.Name}' should be as long along axis {axis} as input '{other}', which has {expected} there, got {length}";
            }
        }
        return null;
    }
}
