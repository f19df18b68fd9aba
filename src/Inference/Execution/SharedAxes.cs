using InferenceServices.Contracts.V2;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Inference.Execution;

/// <summary>
/// Free axes to which a graph gives the same name: they should have the same length. The runtime does not ask for that, and a graph may well
/// broadcast one over another, so they are compared only once a run has failed: then it was the caller's mistake and not the model's.
/// </summary>
/// <param name="inputs">Of the graph.</param>
internal sealed class SharedAxes(IReadOnlyDictionary<string, NodeMetadata> inputs)
{
    /// <summary>Finds two inputs that disagree.</summary>
    /// <returns>A sentence about them; null when all agree.</returns>
    public string? Disagreement(InferRequest request)
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
