using Google.Protobuf.Collections;
using InferenceServices.Codecs.Grpc;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V2;

namespace InferenceServices.ModelServer.Grpc;

/// <summary>Lists, loads and unloads the models of this server, and returns their statistics.</summary>
/// <remarks>Triton, model repository and statistics extensions.</remarks>
internal sealed class RepositoryCalls(IModelRepository repository)
{
    public async Task<RepositoryIndexResponse> IndexAsync(RepositoryIndexRequest request, CancellationToken cancellationToken)
    {
        var entries = await repository.IndexAsync(cancellationToken);
        var message = new RepositoryIndexResponse();
        foreach (var entry in entries)
        {
            if (request.Ready && entry.State != ModelState.Ready) continue;
            message.Models.Add(new RepositoryIndexResponse.Types.ModelIndex
            {
                Name = entry.Name,
                Version = entry.Version ?? "",
                State = entry.State.ToWire(),
                Reason = entry.Reason,
            });
        }
        return message;
    }

    public async Task<RepositoryModelLoadResponse> LoadAsync(RepositoryModelLoadRequest request, CancellationToken cancellationToken)
    {
        RejectParameters(request.Parameters);
        var modelName = NameOf(request.ModelName, request.RepositoryName);
        await repository.LoadAsync(modelName, cancellationToken);
        return new RepositoryModelLoadResponse { ModelName = modelName, IsLoaded = true };
    }

    public async Task<RepositoryModelUnloadResponse> UnloadAsync(RepositoryModelUnloadRequest request, CancellationToken cancellationToken)
    {
        RejectParameters(request.Parameters);
        var modelName = NameOf(request.ModelName, request.RepositoryName);
        await repository.UnloadAsync(modelName, cancellationToken);
        return new RepositoryModelUnloadResponse { ModelName = modelName, IsUnloaded = true };
    }

    public Task<ModelStatisticsResponse> StatisticsAsync(ModelStatisticsRequest request)
    {
        var models = repository.GetStatistics(request.Name.Length > 0 ? request.Name : null, request.Version.Length > 0 ? request.Version : null);
        return Task.FromResult(StatisticsMessages.Of(models));
    }

    // KServe's model_name is Triton's repository_name on the wire.
    private static string NameOf(string modelName, string repositoryName)
        => modelName.Length > 0 ? modelName
            : repositoryName.Length > 0 ? repositoryName
            : throw new InvalidInputException("model_name should be the name of a model, got ''");

    // Ignoring parameters would load another model than requested.
    private static void RejectParameters(MapField<string, ModelRepositoryParameter> parameters)
    {
        foreach (var name in parameters.Keys)
        {
            if (name != "unload_dependents")
                throw new InvalidInputException($"parameters: a model is loaded as it is on disk; '{name}' is not supported");
        }
    }
}
