using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;
using InferenceServices.ModelServer.Codecs;
using InferenceServices.ModelServer.Codecs.V1;
using InferenceServices.ModelServer.Hosting;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.DataPlane;

/// <summary>The transformer of a model that has no service of its own: V1 rows or columns are its tensors.</summary>
/// <param name="predictor">Knows the model's signature.</param>
/// <param name="options">Say what stands for NaN and the infinities.</param>
internal sealed class InstancesTransformer(IPredictor predictor, IOptions<ModelServerOptions> options) : ITransformer
{
    // What the body had decides how the answer looks.
    private static readonly object Columns = new();

    private readonly TensorJsonFormat _format = new(options.Value.JsonNonFinite, Base64: true);

    public async ValueTask<InferRequest> PreprocessAsync(PredictRequest request, CancellationToken cancellationToken)
    {
        var model = await predictor.GetMetadataAsync(request.ModelName, modelVersion: null, cancellationToken);
        var tensors = InstancesJson.Read(request.Body.Span, model, _format, out var columns);
        request.State = columns ? Columns : null;
        return tensors;
    }

    public PredictResponse Postprocess(PredictRequest request, InferResponse response)
        => new InstancesResponse(response, columns: request.State == Columns, _format);
}
