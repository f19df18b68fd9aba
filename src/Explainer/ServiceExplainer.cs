using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V1;
using InferenceServices.Explainer.Answers;
using InferenceServices.Explainer.Pages;
using InferenceServices.Explainer.Requests;
using InferenceServices.Explainer.Tabular;
using InferenceServices.Explainer.Text;
using Microsoft.Extensions.Options;

namespace InferenceServices.Explainer;

/// <summary>Explains the one service or model of this server: as text where the model reads text, else by the numbers it is given.</summary>
internal sealed class ServiceExplainer : IExplainer
{
    private readonly ServedModel _served;
    private readonly ExplainerOptions _options;
    private readonly ExplanationPages _pages;
    private readonly Func<PredictRequest, ExplainParameters, CancellationToken, ValueTask<IReadOnlyList<Explanation>>> _explain;

    public ServiceExplainer(
        ITransformer transformer, IPredictor predictor, ServedModel served, IOptions<ExplainerOptions> options, TimeProvider time, ExplanationPages pages, ILogger<ServiceExplainer> logger)
    {
        _served = served;
        _options = options.Value;
        _pages = pages;
        if (transformer is ITextTransformer text)
        {
            var explainer = new TextExplainer(text, predictor, served, _options, time);
            _explain = async (request, parameters, token) => [await explainer.ExplainAsync(request, parameters, token)];
        }
        else
        {
            _explain = new TabularExplainer(transformer, predictor, served, _options, time, logger).ExplainAsync;
        }
    }

    public Type Parameters => typeof(ExplainParameters);

    public Type Answer => typeof(ExplanationAnswer);

    public async ValueTask<PredictResponse> ExplainAsync(PredictRequest request, CancellationToken cancellationToken)
    {
        var parameters = ExplainParameters.Of(request, _options);
        var explanations = await _explain(request, parameters, cancellationToken);
        return new ExplanationResponse(new ExplanationAnswer(explanations, new ExplanationMeta(_served.Name, _served.Version, parameters.Seed)), _pages);
    }
}
