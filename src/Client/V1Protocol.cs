using InferenceServices.Codecs;
using InferenceServices.Codecs.V1;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Client;

/// <summary>V1: instances in, predictions out. Does not support versions, metadata and datatypes.</summary>
/// <remarks>KServe Python SDK, <c>v1_endpoints.py</c>.</remarks>
internal sealed class V1Protocol(PredictorHttp http) : IPredictorProtocol
{
    public ValueTask<ModelMetadata> GetMetadataAsync(string modelName, string? modelVersion, CancellationToken cancellationToken)
        => throw new NotSupportedByModelException($"The predictor of model {modelName} is spoken to in V1, which has no metadata; --predictor_protocol=v2 has.");

    public async ValueTask<bool> IsReadyAsync(string modelName, string? modelVersion, CancellationToken cancellationToken)
        => await http.IsOkAsync("", cancellationToken) && await http.IsOkAsync(PathOf(modelName), cancellationToken);

    public async ValueTask<InferResponse> InferAsync(
        string modelName, string? modelVersion, InferRequest request, CancellationToken cancellationToken)
    {
        if (modelVersion is not null) throw new ModelNotFoundException(modelName, modelVersion);
        using var message = new HttpRequestMessage(HttpMethod.Post, http.UriOf(PathOf(modelName) + ":predict"));
        message.Content = new PredictorContent("application/json", JsonBuffer.Write(request, InstancesRequest.Write), []);
        using var answer = await http.SendAsync(message, cancellationToken);
        try
        {
            return new InferResponse { ModelName = modelName, Outputs = PredictionsJson.Read(answer.Memory.Span) };
        }
        // The predictor's response is invalid, not the client's request.
        catch (InvalidInputException exception)
        {
            throw PredictorException.Unreadable(http.Host, exception);
        }
    }

    private static string PathOf(string modelName) => $"v1/models/{Uri.EscapeDataString(modelName)}";
}
