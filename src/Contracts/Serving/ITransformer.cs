using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V1;

namespace InferenceServices.Contracts.Serving;

/// <summary>A transformer as the request pipeline calls it. Services derive from <see cref="Transformer{TRequest, TState}"/>.</summary>
/// <remarks>One instance serves all requests, concurrently. The state of a request is in its <see cref="ITransformation"/>.</remarks>
public interface ITransformer
{
    /// <summary>Whether some requests have a <see cref="ITransformation.CacheKey"/>. Without one the server creates no response cache.</summary>
    bool HasCacheKeys => false;

    /// <summary>Parses and validates a V1 body. Does no I/O.</summary>
    /// <param name="request">The body. It is valid until the request is answered.</param>
    /// <returns>The transformation of this request.</returns>
    /// <exception cref="InvalidInputException">The request is malformed: 400.</exception>
    ITransformation Read(PredictRequest request);
}
