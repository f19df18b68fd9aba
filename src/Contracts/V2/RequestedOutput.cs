namespace InferenceServices.Contracts.V2;

/// <summary>An output the caller asks for.</summary>
/// <param name="Name">The model's output name.</param>
/// <param name="Parameters">The caller's own, without those below; null when there were none.</param>
/// <remarks>Open Inference Protocol, <c>$request_output</c>; binary tensor data and classification extensions.</remarks>
public sealed record RequestedOutput(string Name, IReadOnlyDictionary<string, InferParameter>? Parameters = null)
{
    /// <summary>Over REST: whether its data comes as bytes instead of JSON; null for what the request says of all outputs.</summary>
    public bool? BinaryData { get; init; }

    /// <summary>How many classes, best first, to answer with instead of the tensor; 0 for the tensor itself.</summary>
    public int Classification { get; init; }
}
