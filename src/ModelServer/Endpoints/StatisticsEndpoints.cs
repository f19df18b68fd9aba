using InferenceServices.Codecs.V2;
using InferenceServices.Contracts.Serving;
using InferenceServices.ModelServer.Bodies;
using InferenceServices.ModelServer.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace InferenceServices.ModelServer.Endpoints;

/// <summary>Paths and methods of the statistics and model configuration extensions.</summary>
/// <remarks>Triton, <c>extension_statistics.md</c> and <c>extension_model_configuration.md</c>.</remarks>
internal sealed class StatisticsEndpoints(ModelCatalog models, IModelRepository repository)
{
    public void Map(IEndpointRouteBuilder app)
    {
        // As in Triton, this path takes precedence: the metadata of a model named "stats" are available by version or over gRPC only.
        app.MapRead("/v2/models/stats", http => SendStatistics(http, null, null));
        foreach (var model in new[] { "/v2/models/{modelName}", "/v2/models/{modelName}/versions/{modelVersion}" })
        {
            app.MapRead(model + "/stats", http => SendStatistics(http, http.ModelName(), http.ModelVersion()));
            app.MapRead(model + "/config", SendConfigAsync);
        }
    }

    private Task SendStatistics(HttpContext http, string? modelName, string? modelVersion)
    {
        if (modelName is not null) _ = models.Find(modelName);
        JsonBody.Send(http.Response, repository.GetStatistics(modelName, modelVersion), StatisticsJson.Write);
        return Task.CompletedTask;
    }

    private async Task SendConfigAsync(HttpContext http)
    {
        var metadata = await models.GetMetadataAsync(http.ModelName(), http.ModelVersion(), http.RequestAborted);
        JsonBody.Send(http.Response, new ModelConfiguration(metadata), ConfigJson.Write);
    }
}
