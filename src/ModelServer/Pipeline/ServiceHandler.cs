using System.Runtime.CompilerServices;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V1;
using InferenceServices.ModelServer.Telemetry;

namespace InferenceServices.ModelServer.Pipeline;

/// <summary>Steps 3 to 5 of a V1 request through a transformer and a predictor.</summary>
internal sealed class ServiceHandler(ITransformer transformer, IPredictor predictor) : IV1Handler
{
    public ValueTask<PredictResponse> PredictAsync(PredictRequest request, RequestRecord record, CancellationToken cancellationToken)
    {
        record.StartStage(Stage.Preprocess);
        return RunAsync(Read(request), request.ModelName, request.ModelVersion, request.RequestId, record, cancellationToken);
    }

    /// <summary>Parses and validates the body.</summary>
    public ITransformation Read(PredictRequest request) => transformer.Read(request);

    /// <summary>Runs the steps of a parsed request, in the preprocess stage of its record.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<PredictResponse> RunAsync(
        ITransformation transformation, string modelName, string? modelVersion, string requestId, RequestRecord record, CancellationToken cancellationToken)
    {
        // 3. Preprocess
        using var tensors = await transformation.PreprocessAsync(cancellationToken);

        // 4. Predict
        record.StartStage(Stage.Predict);
        var request = tensors.Id is null ? tensors with { Id = requestId } : tensors;
        var outputs = transformation is V1TensorTransformer.Transformation { RunsRowByRow: true }
            ? await FixedBatch.InferAsync(predictor, modelName, modelVersion, request, cancellationToken)
            : await predictor.InferAsync(modelName, modelVersion, request, cancellationToken);
        record.AddQueueTime(outputs.QueueTime);

        // 5. Postprocess
        record.StartStage(Stage.Postprocess);
        try
        {
            var response = transformation.Postprocess(outputs);
            // A response may write straight from the outputs: they are disposed with it.
            response.Outputs = outputs;
            return response;
        }
        catch
        {
            outputs.Dispose();
            throw;
        }
        finally
        {
            record.EndStage();
        }
    }
}
