using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Contracts.V2;

/// <summary>A model's response. The caller owns and disposes it, and its tensors with it.</summary>
/// <remarks>Open Inference Protocol, <c>$inference_response</c>.</remarks>
public sealed record InferResponse : IDisposable
{
    /// <summary>The model that answered.</summary>
    public required string ModelName { get; init; }

    /// <summary>Its version; null when the model has none.</summary>
    public string? ModelVersion { get; init; }

    /// <summary>The request's id, or one made for it.</summary>
    public string? Id { get; init; }

    /// <summary>Null when there are none.</summary>
    public IReadOnlyDictionary<string, InferParameter>? Parameters { get; init; }

    /// <summary>How long the request waited for an executor; null when another process ran it.</summary>
    public TimeSpan? QueueTime { get; init; }

    /// <summary>In the requested order; in the model's order if none was requested.</summary>
    public required IReadOnlyList<InferOutput> Outputs { get; init; }

    /// <summary>The tensor of one output. The one output of an answer without names, which V1's are, goes by any.</summary>
    /// <param name="name">The model's output name.</param>
    /// <returns>Owned by this response.</returns>
    /// <exception cref="InvalidOperationException">The model has no such output: the service and its model do not belong together.</exception>
    public Tensor this[string name]
    {
        get
        {
            foreach (var output in Outputs)
                if (output.Name == name || (output.Name.Length == 0 && Outputs.Count == 1)) return output.Tensor;
            throw new InvalidOperationException($"Model '{ModelName}' answered without an output '{name}'.");
        }
    }

    /// <summary>Gives the tensors' memory back.</summary>
    public void Dispose()
    {
        foreach (var output in Outputs) output.Tensor.Dispose();
    }
}
