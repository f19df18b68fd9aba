using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Contracts.Serving;

/// <summary>Runs models, tensors in and tensors out: in this process or at a remote predictor.</summary>
/// <remarks>All members may be called concurrently.</remarks>
public interface IPredictor
{
    /// <summary>Gets the names of the models of this process in loading order, including models whose first load is running; empty for a remote predictor.</summary>
    /// <remarks>An immutable snapshot: loads and unloads replace it. Contains a name in constant time.</remarks>
    IReadOnlyList<string> ModelNames { get; }

    /// <summary>Gets the metadata of a model.</summary>
    /// <param name="modelName">Name of the model.</param>
    /// <param name="modelVersion">Version of the model; null for the default version.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    /// <returns>Names, datatypes and shapes of inputs and outputs.</returns>
    /// <exception cref="ModelNotFoundException">The model or version does not exist: 404.</exception>
    ValueTask<ModelMetadata> GetMetadataAsync(string modelName, string? modelVersion, CancellationToken cancellationToken);

    /// <summary>Returns whether a model is ready.</summary>
    /// <param name="modelName">Name of the model.</param>
    /// <param name="modelVersion">Version of the model; null for the default version.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    /// <returns>False while the first load of the model is running.</returns>
    /// <exception cref="ModelNotFoundException">The model or version does not exist: 404.</exception>
    ValueTask<bool> IsReadyAsync(string modelName, string? modelVersion, CancellationToken cancellationToken);

    /// <summary>Runs a model once.</summary>
    /// <param name="modelName">Name of the model.</param>
    /// <param name="modelVersion">Version of the model; null for the default version.</param>
    /// <param name="request">The request. The caller owns it; its tensors are not read after the task ends, successful or not.</param>
    /// <param name="cancellationToken">Removes the request from the queue or stops its execution.</param>
    /// <returns>The response, which the caller disposes.</returns>
    /// <exception cref="ModelNotFoundException">The model or version does not exist: 404.</exception>
    /// <exception cref="InvalidInputException">A name, datatype or shape does not match the model: 400.</exception>
    /// <exception cref="ModelNotReadyException">The first load of the model is running: 503.</exception>
    /// <exception cref="QueueFullException">The queue is full: 429.</exception>
    /// <exception cref="ModelFailedException">The execution failed: 500.</exception>
    ValueTask<InferResponse> InferAsync(string modelName, string? modelVersion, InferRequest request, CancellationToken cancellationToken);
}
