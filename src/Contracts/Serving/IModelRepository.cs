using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Contracts.Serving;

/// <summary>The models of this process as they come and go. A server whose models live elsewhere has none.</summary>
/// <remarks>All members may be called concurrently. Model repository and statistics extensions of the Open Inference Protocol.</remarks>
public interface IModelRepository
{
    /// <summary>Every model that is loaded or lies on disk.</summary>
    /// <returns>Ordered by name, then by version.</returns>
    IReadOnlyList<RepositoryEntry> Index();

    /// <summary>Loads a model, or loads it anew as it now lies on disk; the old one answers until the new one has been warmed up.</summary>
    /// <param name="modelName">A folder of the repository, or the one model there is.</param>
    /// <param name="cancellationToken">Gives up waiting for another load; a load that has begun is finished.</param>
    /// <exception cref="InvalidInputException">The name is no name of a model: 400.</exception>
    /// <exception cref="ModelNotFoundException">Nothing of that name lies on disk: 404.</exception>
    /// <exception cref="ModelNotReadyException">It is there but cannot be loaded: 503. What was loaded before stays.</exception>
    ValueTask LoadAsync(string modelName, CancellationToken cancellationToken);

    /// <summary>Takes a model out of service. Requests it already has are finished.</summary>
    /// <param name="modelName">A loaded model.</param>
    /// <param name="cancellationToken">Gives up waiting for a load.</param>
    /// <exception cref="ModelNotFoundException">No such model is loaded: 404.</exception>
    ValueTask UnloadAsync(string modelName, CancellationToken cancellationToken);

    /// <summary>What models have done.</summary>
    /// <param name="modelName">One model, or null for all.</param>
    /// <param name="modelVersion">One version, or null for all of the model's.</param>
    /// <returns>Ordered by name, then by version.</returns>
    /// <exception cref="ModelNotFoundException">No such model or version: 404.</exception>
    IReadOnlyList<ModelStatistics> GetStatistics(string? modelName, string? modelVersion);
}
