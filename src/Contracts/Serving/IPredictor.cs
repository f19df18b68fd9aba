using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Contracts.Serving;

/// <summary>Tensors in, tensors out: the models of this process, or those of a predictor elsewhere.</summary>
/// <remarks>All members may be called concurrently.</remarks>
public interface IPredictor
{
    /// <summary>The models known without asking anyone, in loading order; those too whose first load still runs.</summary>
    /// <remarks>A snapshot: loads and unloads make a new one. Looking a name up in it takes no longer for more models.</remarks>
    IReadOnlyList<string> ModelNames { get; }

    /// <summary>What a model is and what it takes.</summary>
    /// <param name="modelName">The model.</param>
    /// <param name="modelVersion">A version, or null for the one served by default.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Names, datatypes and shapes.</returns>
    /// <exception cref="ModelNotFoundException">No such model or version: 404.</exception>
    ValueTask<ModelMetadata> GetMetadataAsync(string modelName, string? modelVersion, CancellationToken cancellationToken);

    /// <summary>Whether the model would answer now.</summary>
    /// <param name="modelName">The model.</param>
    /// <param name="modelVersion">A version, or null for the one served by default.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False while its first load runs.</returns>
    /// <exception cref="ModelNotFoundException">No such model or version: 404.</exception>
    ValueTask<bool> IsReadyAsync(string modelName, string? modelVersion, CancellationToken cancellationToken);

    /// <summary>Runs the model once.</summary>
    /// <param name="modelName">The model.</param>
    /// <param name="modelVersion">A version, or null for the one served by default.</param>
    /// <param name="request">Stays the caller's; its tensors are not read any more once the task has ended, however it ended.</param>
    /// <param name="cancellationToken">Leaves the queue; stops the run.</param>
    /// <returns>The caller disposes it.</returns>
    /// <exception cref="ModelNotFoundException">No such model or version: 404.</exception>
    /// <exception cref="InvalidInputException">A name, datatype or shape the model does not take: 400.</exception>
    /// <exception cref="ModelNotReadyException">Its first load still runs: 503.</exception>
    /// <exception cref="QueueFullException">Too many requests wait already: 429.</exception>
    /// <exception cref="ModelFailedException">The graph failed: 500.</exception>
    ValueTask<InferResponse> InferAsync(string modelName, string? modelVersion, InferRequest request, CancellationToken cancellationToken);
}
