using Grpc.Core;
using InferenceServices.Codecs.Grpc;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Codecs.V2;
using InferenceServices.ModelServer.Endpoints;
using InferenceServices.ModelServer.Hosting;
using InferenceServices.ModelServer.Pipeline;

namespace InferenceServices.ModelServer.Grpc;

/// <summary>The methods of <c>GRPCInferenceService</c> except inference: <see cref="InferCalls"/>.</summary>
/// <remarks>Open Inference Protocol, "gRPC", and Triton's extensions of it.</remarks>
internal sealed class InferenceEndpoints(
    ModelCatalog models, ServerReadiness readiness, ServerMetadata server, RepositoryCalls repository)
    : GRPCInferenceService.GRPCInferenceServiceBase
{
    public override Task<ServerLiveResponse> ServerLive(ServerLiveRequest request, ServerCallContext context)
        => Task.FromResult(new ServerLiveResponse { Live = true });

    public override async Task<ServerReadyResponse> ServerReady(ServerReadyRequest request, ServerCallContext context)
        => new() { Ready = await readiness.IsReadyAsync(context.CancellationToken) };

    public override async Task<ModelReadyResponse> ModelReady(ModelReadyRequest request, ServerCallContext context)
        => new() { Ready = await models.IsReadyAsync(request.Name, VersionOf(request.Version), context.CancellationToken) };

    public override Task<ServerMetadataResponse> ServerMetadata(ServerMetadataRequest request, ServerCallContext context)
        => Task.FromResult(new ServerMetadataResponse
        {
            Name = Endpoints.ServerMetadata.Name,
            Version = Endpoints.ServerMetadata.Version,
            Extensions = { server.Extensions },
        });

    public override async Task<ModelMetadataResponse> ModelMetadata(ModelMetadataRequest request, ServerCallContext context)
        => MetadataMessages.MetadataOf(await models.GetMetadataAsync(request.Name, VersionOf(request.Version), context.CancellationToken));

    public override async Task<ModelConfigResponse> ModelConfig(ModelConfigRequest request, ServerCallContext context)
    {
        var metadata = await models.GetMetadataAsync(request.Name, VersionOf(request.Version), context.CancellationToken);
        return new ModelConfigResponse { Config = MetadataMessages.ConfigOf(new ModelConfiguration(metadata)) };
    }

    public override Task<ModelStatisticsResponse> ModelStatistics(ModelStatisticsRequest request, ServerCallContext context)
    {
        if (request.Name.Length > 0) _ = models.Find(request.Name);
        return repository.StatisticsAsync(request);
    }

    public override Task<RepositoryIndexResponse> RepositoryIndex(RepositoryIndexRequest request, ServerCallContext context)
        => repository.IndexAsync(request, context.CancellationToken);

    public override Task<RepositoryModelLoadResponse> RepositoryModelLoad(RepositoryModelLoadRequest request, ServerCallContext context)
        => repository.LoadAsync(request, context.CancellationToken);

    public override Task<RepositoryModelUnloadResponse> RepositoryModelUnload(RepositoryModelUnloadRequest request, ServerCallContext context)
        => repository.UnloadAsync(request, context.CancellationToken);

    // Proto3 has no null: an absent version is an empty one.
    private static string? VersionOf(string version) => version.Length > 0 ? version : null;
}
