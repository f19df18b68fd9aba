using Google.Protobuf.Collections;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V2;
using InferenceServices.ModelServer.Grpc.Messages;

namespace InferenceServices.ModelServer.Grpc;

/// <summary>The models of this server: which there are, and what they have done; load and unload them.</summary>
/// <param name="plane">Knows the models where there is no repository.</param>
/// <param name="repository">Absent when the models live elsewhere.</param>
/// <remarks>Triton, model repository and statistics extensions.</remarks>
internal sealed class RepositoryCalls(DataPlane.DataPlane plane, IModelRepository? repository = null)
{
    private IModelRepository Repository
        => repository ?? throw new NotSupportedByModelException("This server has no models of its own; ask the predictor behind it.");

    public async Task<RepositoryIndexResponse> IndexAsync(RepositoryIndexRequest request, CancellationToken cancellationToken)
    {
        var entries = repository is null ? await IndexOfPlaneAsync(cancellationToken) : await repository.IndexAsync(cancellationToken);
        var message = new RepositoryIndexResponse();
        foreach (var entry in entries)
        {
            if (request.Ready && entry.State != ModelState.Ready) continue;
            message.Models.Add(new RepositoryIndexResponse.Types.ModelIndex
            {
                Name = entry.Name,
                Version = entry.Version ?? "",
                State = entry.State.ToString().ToUpperInvariant(),
                Reason = entry.Reason,
            });
        }
        return message;
    }

    public async Task<RepositoryModelLoadResponse> LoadAsync(RepositoryModelLoadRequest request, CancellationToken cancellationToken)
    {
        RefuseParameters(request.Parameters);
        var modelName = NameOf(request.ModelName, request.RepositoryName);
        await Repository.LoadAsync(modelName, cancellationToken);
        return new RepositoryModelLoadResponse { ModelName = modelName, IsLoaded = true };
    }

    public async Task<RepositoryModelUnloadResponse> UnloadAsync(RepositoryModelUnloadRequest request, CancellationToken cancellationToken)
    {
        RefuseParameters(request.Parameters);
        var modelName = NameOf(request.ModelName, request.RepositoryName);
        await Repository.UnloadAsync(modelName, cancellationToken);
        return new RepositoryModelUnloadResponse { ModelName = modelName, IsUnloaded = true };
    }

    public Task<ModelStatisticsResponse> StatisticsAsync(ModelStatisticsRequest request)
    {
        var models = Repository.GetStatistics(request.Name.Length > 0 ? request.Name : null, request.Version.Length > 0 ? request.Version : null);
        return Task.FromResult(StatisticsMessages.Of(models));
    }

    // KServe's model_name is Triton's repository_name on the wire.
    private static string NameOf(string modelName, string repositoryName)
        => modelName.Length > 0 ? modelName
            : repositoryName.Length > 0 ? repositoryName
            : throw new InvalidInputException("model_name should be the name of a model, got ''");

    // Loading something else than what was asked for would be worse than not loading.
    private static void RefuseParameters(MapField<string, ModelRepositoryParameter> parameters)
    {
        foreach (var name in parameters.Keys)
        {
            if (name != "unload_dependents")
                throw new InvalidInputException($"parameters: a model is loaded as it lies on disk; '{Codecs.JsonFields.Shorten(name)}' is not supported");
        }
    }

    private async ValueTask<IReadOnlyList<RepositoryEntry>> IndexOfPlaneAsync(CancellationToken cancellationToken)
    {
        var entries = new List<RepositoryEntry>();
        foreach (var modelName in plane.ModelNames)
        {
            var ready = await plane.IsReadyAsync(modelName, modelVersion: null, cancellationToken);
            entries.Add(ready ? new(modelName, "1", ModelState.Ready) : new(modelName, "1", ModelState.Unavailable, "its predictor is not ready"));
        }
        return entries;
    }
}
