using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Contracts.V2;

/// <summary>Tensors for a model. The creator owns and disposes the request, and its tensors with it.</summary>
/// <remarks>Open Inference Protocol, <c>$inference_request</c>.</remarks>
public sealed record InferRequest : IDisposable
{
    /// <summary>The caller's name for this request; comes back in the response.</summary>
    public string? Id { get; init; }

    /// <summary>The caller's own parameters; null when there were none.</summary>
    public IReadOnlyDictionary<string, InferParameter>? Parameters { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<InferInput> Inputs { get; init; }

    /// <summary>The outputs wanted, in the order wanted; null for all.</summary>
    public IReadOnlyList<RequestedOutput>? Outputs { get; init; }

    /// <summary>Over REST: whether outputs come as bytes instead of JSON unless they say otherwise themselves.</summary>
    public bool BinaryDataOutput { get; init; }

    /// <summary>A request of one tensor.</summary>
    /// <param name="name">The model's input name.</param>
    /// <param name="tensor">Owned by the request from now on.</param>
    /// <returns>A request the caller disposes.</returns>
    public static InferRequest Of(string name, Tensor tensor) => new() { Inputs = [new InferInput(name, tensor)] };

    /// <summary>Bytes of all input tensors together.</summary>
    public long CountBytes()
    {
        var bytes = 0L;
        for (var i = 0; i < Inputs.Count; i++) bytes += Inputs[i].Tensor.Bytes.Length;
        return bytes;
    }

    /// <summary>Gives the tensors' memory back.</summary>
    public void Dispose()
    {
        foreach (var input in Inputs) input.Tensor.Dispose();
    }
}
