using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Contracts.Serving;

/// <summary>The models of this server as they come and go. Every server has one; where models cannot come and go, it says so with 501.</summary>
/// <remarks>All members may be called concurrently. Model repository and statistics extensions of the Open Inference Protocol.</remarks>
public interface IModelRepository
{
    /// <summary>Lists every model that is loaded or on disk.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Ordered by name, then by version.</returns>
    ValueTask<IReadOnlyList<RepositoryEntry>> IndexAsync(CancellationToken cancellationToken);

    /// <summary>Loads a model, or reloads it from disk; the old version answers until the new one is warmed up.</summary>
    /// <param name="modelName">A folder of the repository, or the one model there is.</param>
    /// <param name="cancellationToken">Gives up waiting for another load; a load that has begun is finished.</param>
    /// <exception cref="InvalidInputException">The name is no name of a model: 400.</exception>
    /// <exception cref="ModelNotFoundException">No such model on disk: 404.</exception>
    /// <exception cref="ModelNotReadyException">It is there but cannot be loaded: 503. What was loaded before stays.</exception>
    /// <exception cref="NotSupportedByModelException">This server runs a service, whose model comes and goes with it: 501.</exception>
    ValueTask LoadAsync(string modelName, CancellationToken cancellationToken);

    /// <summary>Takes a model out of service. Requests it already has are finished.</summary>
    /// <param name="modelName">A loaded model.</param>
    /// <param name="cancellationToken">Gives up waiting for a load.</param>
    /// <exception cref="InvalidInputException">The name is no name of a model: 400.</exception>
    /// <exception cref="ModelNotFoundException">No such model is loaded: 404.</exception>
    /// <exception cref="NotSupportedByModelException">This server runs a service, whose model comes and goes with it: 501.</exception>
    ValueTask UnloadAsync(string modelName, CancellationToken cancellationToken);

    /// <summary>What models have done.</summary>
    /// <param name="modelName">One model, or null for all.</param>
    /// <param name="modelVersion">One version, or null for all of the model's.</param>
    /// <returns>Ordered by name, then by version.</returns>
    /// <exception cref="ModelNotFoundException">No such model or version: 404.</exception>
    /// <exception cref="NotSupportedByModelException">The models run elsewhere: 501.</exception>
    IReadOnlyList<ModelStatistics> GetStatistics(string? modelName, string? modelVersion);
}
