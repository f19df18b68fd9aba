using InferenceServices.Codecs;
using InferenceServices.Codecs.V1;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;
using InferenceServices.ModelServer.Hosting;
using InferenceServices.ModelServer.Memory;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Pipeline;

/// <summary>Transformer of a plain model: the rows or columns of a V1 body are the model's tensors.</summary>
/// <param name="predictor">Provides the model's metadata.</param>
/// <param name="options">How NaN and infinities are written.</param>
/// <param name="memory">Parses large bodies.</param>
internal sealed class V1TensorTransformer(IPredictor predictor, IOptions<ModelServerOptions> options, RequestMemory memory) : ITransformer
{
    private readonly TensorJsonFormat _format = new(options.Value.JsonNonFinite, Base64: true);

    public ITransformation Read(PredictRequest request) => new Transformation(request, predictor, _format, memory.Decoding);

    // The body is parsed in preprocessing, when the metadata say which tensors to expect.
    internal sealed class Transformation(PredictRequest request, IPredictor predictor, TensorJsonFormat format, LargeWork decoding) : ITransformation
    {
        private IReadOnlyList<TensorMetadata> _outputs = [];
        private bool _columns;
        private bool _hasNoInputs;
        private bool _hasNoInstances;

        public CacheKey? CacheKey => null;

        /// <summary>Whether the rows of the request have to be run one by one.</summary>
        public bool RunsRowByRow { get; private set; }

        public async ValueTask<InferRequest> PreprocessAsync(CancellationToken cancellationToken)
        {
            var model = await predictor.GetMetadataAsync(request.ModelName, request.ModelVersion, cancellationToken);
            _outputs = model.Outputs;
            var inputs = request.Body.Length < LargeWork.LeastBytes
                ? Read(model)
                : await decoding.RunAsync((this, model), static state => state.Item1.Read(state.model), cancellationToken);
            _hasNoInputs = inputs.Inputs.Count == 0;
            _hasNoInstances = !_columns && !_hasNoInputs && HasNoRows(inputs);
            RunsRowByRow = FixedBatch.Splits(model, inputs);
            return inputs with { Id = request.RequestId };
        }

        public PredictResponse Postprocess(InferResponse response)
        {
            if (_hasNoInstances) CheckNoRows(response);
            return new InstancesResponse(response, _outputs, _columns, isInstance: !_columns && _hasNoInputs, format);
        }

        private InferRequest Read(ModelMetadata model) => InstancesJson.Read(request.Body.Span, model, format, out _columns);

        private static bool HasNoRows(InferRequest inputs)
        {
            for (var i = 0; i < inputs.Inputs.Count; i++)
                if (inputs.Inputs[i].Tensor.Shape is not { Rank: > 0 } shape || shape[0] != 0) return false;
            return true;
        }

        // A graph that reduces the first axis returns rows without any instance.
        private static void CheckNoRows(InferResponse response)
        {
            foreach (var output in response.Outputs)
            {
                if (output.Tensor.Shape is { Rank: > 0 } shape && shape[0] == 0) continue;
                response.Dispose();
                throw new InvalidInputException(
                    $"instances: the list is empty, but output '{output.Name}' of model '{response.ModelName}' has shape {output.Tensor.Shape}. Send at least one instance");
            }
        }
    }
}
