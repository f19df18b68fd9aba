namespace InferenceServices.Contracts.V2;

/// <summary>An output that a request selects.</summary>
/// <param name="Name">Name of the model's output.</param>
/// <param name="Parameters">The client's parameters, except the following; null for none.</param>
/// <remarks>Open Inference Protocol, <c>$request_output</c>; binary tensor data and classification extensions.</remarks>
public sealed record RequestedOutput(string Name, IReadOnlyDictionary<string, InferParameter>? Parameters = null)
{
    /// <summary>Gets whether the output is binary over REST; null for the default of the request.</summary>
    public bool? BinaryData { get; init; }

    /// <summary>Gets the number of classes to return instead of the tensor, best first; 0 for the tensor.</summary>
    public int Classification { get; init; }
}
