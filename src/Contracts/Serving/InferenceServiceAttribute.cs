namespace InferenceServices.Contracts.Serving;

/// <summary>Makes an <see cref="ITransformer"/> the inference service of a model name. Repeat it for several names.</summary>
/// <param name="modelName">Name in <c>--model_name</c> and URLs; <c>{wiki}-damaging</c> means that kind of model of each wiki.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class InferenceServiceAttribute(string modelName) : Attribute
{
    /// <summary>Gets the name in <c>--model_name</c> and URLs.</summary>
    public string ModelName { get; } = modelName;

    /// <summary>Gets or sets a sentence about the service for the API documentation.</summary>
    public string Summary { get; init; } = "";

    /// <summary>Gets or sets the record type of requests, for the API documentation.</summary>
    public Type? Request { get; init; }

    /// <summary>Gets or sets the record type of responses, for the API documentation.</summary>
    public Type? Answer { get; init; }

    /// <summary>Gets or sets the largest body in bytes; a larger body gets 413. 0: only the server's limit applies.</summary>
    public long MaxBodyBytes { get; init; }
}
