using InferenceServices.Contracts.V1;

namespace InferenceServices.Contracts.Serving;

/// <summary>A transformer some of whose answers may be given to more than one caller.</summary>
public interface ICacheableTransformer : ITransformer
{
    /// <summary>
    /// Reads and validates a request, and tells what its answer depends on. What was read is left in <see cref="PredictRequest.State"/>, where
    /// <see cref="ITransformer.PreprocessAsync"/> finds it: the body may be gone by then.
    /// </summary>
    /// <param name="request">The caller's body.</param>
    /// <returns>Null for a request that is answered for its own sake.</returns>
    /// <exception cref="Errors.InvalidInputException">The request is malformed: 400.</exception>
    CacheKey? KeyOf(PredictRequest request);
}
