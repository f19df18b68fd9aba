using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Contracts.V2;

/// <summary>A V2 inference request. The creator owns and disposes the request and its tensors.</summary>
/// <remarks>Open Inference Protocol, <c>$inference_request</c>.</remarks>
public sealed record InferRequest : IDisposable
{
    /// <summary>Gets the client's id of the request, which the response repeats.</summary>
    public string? Id { get; init; }

    /// <summary>Gets the client's parameters; null for none.</summary>
    public IReadOnlyDictionary<string, InferParameter>? Parameters { get; init; }

    /// <summary>Gets the inputs; at least one.</summary>
    public required IReadOnlyList<InferInput> Inputs { get; init; }

    /// <summary>Gets the requested outputs, in the requested order; null for all outputs.</summary>
    public IReadOnlyList<RequestedOutput>? Outputs { get; init; }

    /// <summary>Gets whether outputs over REST are binary by default; an output's own parameter overrides it.</summary>
    public bool BinaryDataOutput { get; init; }

    /// <summary>Creates a request with one input.</summary>
    /// <param name="name">Name of the model's input.</param>
    /// <param name="tensor">The tensor. The request takes ownership.</param>
    /// <returns>A request, which the caller disposes.</returns>
    public static InferRequest Of(string name, Tensor tensor) => new() { Inputs = [new InferInput(name, tensor)] };

    /// <summary>Gets the size of all input tensors in bytes.</summary>
    public long CountBytes()
    {
        var bytes = 0L;
        for (var i = 0; i < Inputs.Count; i++) bytes += Inputs[i].Tensor.Bytes.Length;
        return bytes;
    }

    /// <summary>Disposes the tensors.</summary>
    public void Dispose()
    {
        foreach (var input in Inputs) input.Tensor.Dispose();
    }
}
