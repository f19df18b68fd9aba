using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Client;

/// <summary>Exchanges messages with a predictor in one protocol. <see cref="RemotePredictor"/> adds timeouts, retries and the circuit breaker.</summary>
/// <remarks>
/// All members may be called concurrently. They also throw <see cref="HttpRequestException"/> and <see cref="IOException"/> if a
/// connection fails or breaks.
/// </remarks>
internal interface IPredictorProtocol
{
    /// <summary>Gets the metadata of a model.</summary>
    /// <exception cref="PredictorException">The predictor returned an error or an invalid response.</exception>
    ValueTask<ModelMetadata> GetMetadataAsync(string modelName, string? modelVersion, CancellationToken cancellationToken);

    /// <summary>Returns whether the predictor reports both server and model as ready.</summary>
    ValueTask<bool> IsReadyAsync(string modelName, string? modelVersion, CancellationToken cancellationToken);

    /// <summary>Runs the model once. The tensors of the request are not read after the task ends.</summary>
    /// <returns>The response, which the caller disposes.</returns>
    /// <exception cref="PredictorException">The predictor returned an error or an invalid response.</exception>
    ValueTask<InferResponse> InferAsync(string modelName, string? modelVersion, InferRequest request, CancellationToken cancellationToken);
}
