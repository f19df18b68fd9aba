using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Contracts.Serving;

/// <summary>Base class of an inference service: read → preprocess → (predict) → postprocess, with typed state between the steps.</summary>
/// <typeparam name="TRequest">The parsed and validated request.</typeparam>
/// <typeparam name="TState">Data of the request that postprocessing needs.</typeparam>
/// <remarks>One instance serves all requests, concurrently. It holds no state of a request.</remarks>
public abstract class Transformer<TRequest, TState> : ITransformer
{
    /// <inheritdoc/>
    public virtual bool HasCacheKeys => false;

    /// <summary>Parses and validates a V1 body. Does no I/O.</summary>
    /// <param name="request">The body; its memory is reused once the request is answered, so <typeparamref name="TRequest"/> copies what it needs.</param>
    /// <returns>The parsed request.</returns>
    /// <exception cref="InvalidInputException">The request is malformed: 400.</exception>
    public abstract TRequest Read(PredictRequest request);

    /// <summary>Gets the key of the response in the response cache. Override it together with <see cref="HasCacheKeys"/>.</summary>
    /// <param name="request">The parsed request.</param>
    /// <returns>Everything the response depends on, or null if this response is not cached.</returns>
    public virtual CacheKey? GetCacheKey(TRequest request) => null;

    /// <summary>Converts a request to tensors; may fetch what the features need.</summary>
    /// <param name="request">The parsed request.</param>
    /// <param name="cancellationToken">Cancelled when the client disconnects or the deadline passes.</param>
    /// <returns>The model's inputs, and the state for <see cref="Postprocess"/>.</returns>
    /// <exception cref="UnscorableInputException">The model cannot score this input: 422.</exception>
    public abstract ValueTask<Preprocessed<TState>> PreprocessAsync(TRequest request, CancellationToken cancellationToken);

    /// <summary>Converts the model's outputs to the response.</summary>
    /// <param name="state">The state that <see cref="PreprocessAsync"/> returned for this request.</param>
    /// <param name="response">The model's outputs. The pipeline owns them, and disposes them with the returned response.</param>
    /// <returns>The response. The pipeline owns and disposes it.</returns>
    public abstract PredictResponse Postprocess(TState state, InferResponse response);

    ITransformation ITransformer.Read(PredictRequest request) => new Transformation(this, Read(request));

    private sealed class Transformation(Transformer<TRequest, TState> transformer, TRequest request) : ITransformation
    {
        private TState _state = default!;

        public CacheKey? CacheKey => transformer.GetCacheKey(request);

        public async ValueTask<InferRequest> PreprocessAsync(CancellationToken cancellationToken)
        {
            var (tensors, state) = await transformer.PreprocessAsync(request, cancellationToken);
            _state = state;
            return tensors;
        }

        public PredictResponse Postprocess(InferResponse response) => transformer.Postprocess(_state, response);
    }
}
