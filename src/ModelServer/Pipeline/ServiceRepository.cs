using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V2;

namespace InferenceServices.ModelServer.Pipeline;

/// <summary>
/// The repository of a server that runs a service, with a remote predictor or with its model. Load and unload are not supported: a service reads
/// its own files, such as a vocabulary, at start, and a reloaded model may not match them.
/// </summary>
internal sealed class ServiceRepository(ModelCatalog catalog, IPredictor predictor) : IModelRepository
{
    /// <summary>Lists the services and whether each is ready.</summary>
    public async ValueTask<IReadOnlyList<RepositoryEntry>> IndexAsync(CancellationToken cancellationToken)
    {
        var entries = new List<RepositoryEntry>();
        foreach (var name in catalog.ModelNames.Order(StringComparer.Ordinal))
        {
            entries.Add(await catalog.IsReadyAsync(name, modelVersion: null, cancellationToken)
                ? new RepositoryEntry(name, ServiceV2Adapter.Version, ModelState.Ready)
                : new RepositoryEntry(name, ServiceV2Adapter.Version, ModelState.Unavailable, "the service's model is not ready"));
        }
        return entries;
    }

    public ValueTask LoadAsync(string modelName, CancellationToken cancellationToken) => throw NotSupported(modelName, "load");

    public ValueTask UnloadAsync(string modelName, CancellationToken cancellationToken) => throw NotSupported(modelName, "unload");

    /// <summary>Gets the statistics of the model in this process, if there is one.</summary>
    public IReadOnlyList<ModelStatistics> GetStatistics(string? modelName, string? modelVersion)
    {
        if (predictor is not IModelRepository models) throw new NotSupportedByModelException("This server runs no model of its own; ask the predictor for statistics.");
        if (modelName is null) return models.GetStatistics(null, modelVersion);
        var entry = catalog.Find(modelName);
        if (!entry.IsService) return models.GetStatistics(entry.PredictorModel, modelVersion);
        // The version of a service is not a version of its model.
        ServiceV2Adapter.CheckVersion(modelName, modelVersion);
        return models.GetStatistics(entry.PredictorModel, modelVersion: null);
    }

    private NotSupportedByModelException NotSupported(string modelName, string operation)
    {
        _ = catalog.Find(modelName);
        return new NotSupportedByModelException($"The model of the service {modelName} comes and goes with its server, which takes no {operation}.");
    }
}
