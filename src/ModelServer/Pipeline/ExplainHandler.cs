using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V1;
using InferenceServices.ModelServer.Telemetry;

namespace InferenceServices.ModelServer.Pipeline;

/// <summary>Answers with explanations: for <c>:explain</c>, and for V2 requests to <c>{model}-explainer</c>.</summary>
internal sealed class ExplainHandler(IExplainer explainer) : IV1Handler
{
    public async ValueTask<PredictResponse> PredictAsync(PredictRequest request, RequestRecord record, CancellationToken cancellationToken)
    {
        record.StartStage(Stage.Explain);
        var response = await explainer.ExplainAsync(request, cancellationToken);
        record.EndStage();
        return response;
    }
}
