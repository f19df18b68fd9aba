using InferenceServices.Codecs.V1;
using InferenceServices.ModelServer.Bodies;
using InferenceServices.ModelServer.Pipeline;
using InferenceServices.ModelServer.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace InferenceServices.ModelServer.Endpoints;

/// <summary>Status and metadata of models at the paths of TensorFlow Serving. <see cref="V1Endpoints"/> has its <c>:predict</c>.</summary>
/// <remarks>TensorFlow Serving, RESTful API. The status of a model without a version is KServe's.</remarks>
internal sealed class TensorFlowEndpoints(ModelCatalog models)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapRead("/v1/models/{modelName}/versions/{modelVersion}", SendStatusAsync).WithMetadata(new ProbeAttribute());
        foreach (var model in new[] { "/v1/models/{modelName}", "/v1/models/{modelName}/versions/{modelVersion}" })
            app.MapRead(model + "/metadata", SendMetadataAsync);
    }

    private async Task SendStatusAsync(HttpContext http)
    {
        var version = http.ModelVersion()!;
        var isReady = await models.IsReadyAsync(http.ModelName(), version, http.RequestAborted);
        JsonBody.Send(http.Response, (version, isReady), static (writer, status) => TensorFlowJson.WriteStatus(writer, status.version, status.isReady));
    }

    private async Task SendMetadataAsync(HttpContext http)
    {
        var metadata = await models.GetMetadataAsync(http.ModelName(), http.ModelVersion(), http.RequestAborted);
        var version = http.ModelVersion() ?? metadata.Versions[^1];
        JsonBody.Send(http.Response, (metadata, version), static (writer, model) => TensorFlowJson.WriteMetadata(writer, model.metadata, model.version));
    }
}
