using InferenceServices.Codecs;
using InferenceServices.Codecs.V1;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;
using InferenceServices.ModelServer.Hosting;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Pipeline;

/// <summary>Transformer of a plain model: the rows or columns of a V1 body are the model's tensors.</summary>
/// <param name="predictor">Provides the model's metadata.</param>
/// <param name="options">How NaN and infinities are written.</param>
internal sealed class V1TensorTransformer(IPredictor predictor, IOptions<ModelServerOptions> options) : ITransformer
{
    private readonly TensorJsonFormat _format = new(options.Value.JsonNonFinite, Base64: true);

    public ITransformation Read(PredictRequest request) => new Transformation(request, predictor, _format);

    // The body is parsed in preprocessing, when the metadata say which tensors to expect.
    private sealed class Transformation(PredictRequest request, IPredictor predictor, TensorJsonFormat format) : ITransformation
    {
        private bool _columns;

        public CacheKey? CacheKey => null;

        public async ValueTask<InferRequest> PreprocessAsync(CancellationToken cancellationToken)
        {
            var model = await predictor.GetMetadataAsync(request.ModelName, modelVersion: null, cancellationToken);
            return InstancesJson.Read(request.Body.Span, model, format, out _columns) with { Id = request.RequestId };
        }

        public PredictResponse Postprocess(InferResponse response) => new InstancesResponse(response, _columns, format);
    }
}
