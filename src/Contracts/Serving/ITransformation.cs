using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Contracts.Serving;

/// <summary>One request on its way through a transformer: its parsed body, and the state that preprocessing passes to postprocessing.</summary>
/// <remarks>The pipeline calls each step once, in order: <see cref="PreprocessAsync"/>, the predictor, <see cref="Postprocess"/>.</remarks>
public interface ITransformation
{
    /// <summary>The key of the response in the response cache, or null if the response is not cached.</summary>
    CacheKey? CacheKey { get; }

    /// <summary>Converts the request to tensors; may fetch what the features need.</summary>
    /// <param name="cancellationToken">Cancelled when the client disconnects or the deadline passes.</param>
    /// <returns>The model's inputs. The caller owns and disposes them.</returns>
    /// <exception cref="UnscorableInputException">The model cannot score this input: 422.</exception>
    /// <exception cref="UpstreamException">A service that the features come from failed: 502, 503 or 504.</exception>
    ValueTask<InferRequest> PreprocessAsync(CancellationToken cancellationToken);

    /// <summary>Converts the model's outputs to the response.</summary>
    /// <param name="response">The model's outputs. The caller owns them, and disposes them with the returned response.</param>
    /// <returns>The response. The caller owns and disposes it.</returns>
    PredictResponse Postprocess(InferResponse response);
}
