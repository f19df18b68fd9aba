namespace InferenceServices.Contracts.Serving;

/// <summary>Makes an <see cref="ITransformer"/> the inference service of a model name. Repeat it for several names.</summary>
/// <param name="modelName">What <c>--model_name</c> and the URL say; <c>{wiki}-damaging</c> for the model of that kind of each wiki.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class InferenceServiceAttribute(string modelName) : Attribute
{
    /// <summary>What <c>--model_name</c> and the URL say.</summary>
    public string ModelName { get; } = modelName;

    /// <summary>One sentence for the service's page in the API documentation.</summary>
    public string Summary { get; init; } = "";

    /// <summary>The record a request is, for the API documentation.</summary>
    public Type? Request { get; init; }

    /// <summary>The record an answer is, for the API documentation.</summary>
    public Type? Answer { get; init; }

    /// <summary>Largest body in bytes; a larger one is refused with 413. 0: the server's limit alone holds.</summary>
    public long MaxBodyBytes { get; init; }
}
