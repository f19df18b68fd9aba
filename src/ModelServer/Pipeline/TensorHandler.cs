using System.Runtime.CompilerServices;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V2;
using InferenceServices.ModelServer.Telemetry;

namespace InferenceServices.ModelServer.Pipeline;

/// <summary>Steps 3 to 5 of a V2 request to a plain model: its tensors need no preprocessing, and postprocessing only for Triton's classification extension.</summary>
internal sealed class TensorHandler(IPredictor predictor) : IV2Handler
{
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<InferResponse> InferAsync(
        CatalogEntry model, string? modelVersion, InferRequest request, RequestRecord record, CancellationToken cancellationToken)
    {
        // 4. Predict
        record.StartStage(Stage.Predict);
        var outputs = await predictor.InferAsync(model.PredictorModel, modelVersion, request, cancellationToken);
        record.AddQueueTime(outputs.QueueTime);

        // 5. Postprocess
        record.StartStage(Stage.Postprocess);
        var response = Classification.IsRequested(request) ? await ClassifyAsync(model, modelVersion, request, outputs, cancellationToken) : outputs;
        record.EndStage();
        return response;
    }

    private async ValueTask<InferResponse> ClassifyAsync(
        CatalogEntry model, string? modelVersion, InferRequest request, InferResponse outputs, CancellationToken cancellationToken)
    {
        try
        {
            var metadata = await predictor.GetMetadataAsync(model.PredictorModel, modelVersion, cancellationToken);
            return Classification.Apply(request, outputs, metadata);
        }
        catch
        {
            outputs.Dispose();
            throw;
        }
    }
}
