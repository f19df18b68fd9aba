using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Contracts.Serving;

/// <summary>Loads and unloads the models of this server. On a server with a service, which does not support this, the operations throw 501.</summary>
/// <remarks>All members may be called concurrently. Model repository and statistics extensions of the Open Inference Protocol.</remarks>
public interface IModelRepository
{
    /// <summary>Lists every model that is loaded or on disk.</summary>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    /// <returns>The entries, ordered by name, then by version.</returns>
    ValueTask<IReadOnlyList<RepositoryEntry>> IndexAsync(CancellationToken cancellationToken);

    /// <summary>Loads a model, or reloads it from disk; the previous version serves requests until the new one is warmed up.</summary>
    /// <param name="modelName">Name of a directory of the repository, or of the only model.</param>
    /// <param name="cancellationToken">Cancels the wait for another load; a load that has started completes.</param>
    /// <exception cref="InvalidInputException">The name is invalid: 400.</exception>
    /// <exception cref="ModelNotFoundException">The model is not on disk: 404.</exception>
    /// <exception cref="ModelNotReadyException">The load failed: 503. The previously loaded model remains loaded.</exception>
    /// <exception cref="NotSupportedByModelException">The server runs a service, whose model cannot be loaded separately: 501.</exception>
    ValueTask LoadAsync(string modelName, CancellationToken cancellationToken);

    /// <summary>Unloads a model. Requests in progress complete.</summary>
    /// <param name="modelName">Name of a loaded model.</param>
    /// <param name="cancellationToken">Cancels the wait for a load.</param>
    /// <exception cref="InvalidInputException">The name is invalid: 400.</exception>
    /// <exception cref="ModelNotFoundException">The model is not loaded: 404.</exception>
    /// <exception cref="NotSupportedByModelException">The server runs a service, whose model cannot be unloaded separately: 501.</exception>
    ValueTask UnloadAsync(string modelName, CancellationToken cancellationToken);

    /// <summary>Gets the inference statistics of models.</summary>
    /// <param name="modelName">Name of a model; null for all models.</param>
    /// <param name="modelVersion">Version of the model; null for all versions.</param>
    /// <returns>The statistics, ordered by name, then by version.</returns>
    /// <exception cref="ModelNotFoundException">The model or version does not exist: 404.</exception>
    /// <exception cref="NotSupportedByModelException">The models run in another process: 501.</exception>
    IReadOnlyList<ModelStatistics> GetStatistics(string? modelName, string? modelVersion);
}
