using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Contracts.V2;

/// <summary>A V2 inference response. The caller owns and disposes the response and its tensors.</summary>
/// <remarks>Open Inference Protocol, <c>$inference_response</c>.</remarks>
public sealed record InferResponse : IDisposable
{
    /// <summary>Gets the name of the model.</summary>
    public required string ModelName { get; init; }

    /// <summary>Gets the version of the model; null if it has none.</summary>
    public string? ModelVersion { get; init; }

    /// <summary>Gets the id of the request, or a generated id.</summary>
    public string? Id { get; init; }

    /// <summary>Gets the parameters; null for none.</summary>
    public IReadOnlyDictionary<string, InferParameter>? Parameters { get; init; }

    /// <summary>Gets the time in the queue; null if another process ran the model.</summary>
    public TimeSpan? QueueTime { get; init; }

    /// <summary>Gets the outputs in the requested order, by default in the model's order.</summary>
    public required IReadOnlyList<InferOutput> Outputs { get; init; }

    /// <summary>Gets the tensor of an output. A single output without a name, as in V1, matches every name.</summary>
    /// <param name="name">Name of the model's output.</param>
    /// <returns>The tensor, owned by this response.</returns>
    /// <exception cref="InvalidOperationException">The model does not have the output: service and model do not match.</exception>
    public Tensor this[string name]
    {
        get
        {
            foreach (var output in Outputs)
                if (output.Name == name || (output.Name.Length == 0 && Outputs.Count == 1)) return output.Tensor;
            throw new InvalidOperationException($"Model '{ModelName}' answered without an output '{name}'.");
        }
    }

    /// <summary>Disposes the tensors.</summary>
    public void Dispose()
    {
        foreach (var output in Outputs) output.Tensor.Dispose();
    }
}
