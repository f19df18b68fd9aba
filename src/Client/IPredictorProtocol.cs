using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Client;

/// <summary>One exchange with the predictor in one protocol. How often and how long it is tried is <see cref="RemotePredictor"/>'s business.</summary>
/// <remarks>
/// All members may be called concurrently. Besides the exceptions below, <see cref="HttpRequestException"/> and <see cref="IOException"/> say that a
/// connection did not come about or broke.
/// </remarks>
internal interface IPredictorProtocol
{
    /// <summary>What the predictor says the model is.</summary>
    /// <exception cref="PredictorException">It refused, or its answer cannot be read.</exception>
    ValueTask<ModelMetadata> GetMetadataAsync(string modelName, string? modelVersion, CancellationToken cancellationToken);

    /// <summary>Whether the predictor says that both it and the model are ready.</summary>
    ValueTask<bool> IsReadyAsync(string modelName, string? modelVersion, CancellationToken cancellationToken);

    /// <summary>Runs the model once. The request's tensors are not read any more once the task has ended.</summary>
    /// <returns>The caller disposes it.</returns>
    /// <exception cref="PredictorException">It refused, or its answer cannot be read.</exception>
    ValueTask<InferResponse> InferAsync(string modelName, string? modelVersion, InferRequest request, CancellationToken cancellationToken);
}
