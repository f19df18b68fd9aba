using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V1;
using InferenceServices.Explanations.Answers;
using InferenceServices.Explanations.Attribution;
using InferenceServices.Explanations.Attribution.KernelShap;
using InferenceServices.Explanations.Requests;

namespace InferenceServices.Explanations.Text;

/// <summary>Explains a prediction for a text by predictions for parts of the text.</summary>
public sealed class TextExplainer(ITextTransformer transformer, IPredictor predictor, string modelName, ExplanationLimits limits, TimeProvider time)
{
    private const int DefaultSamples = 256;

    /// <summary>Explains a text.</summary>
    /// <param name="request">The request body.</param>
    /// <param name="parameters">Parameters of the explanation.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    public async ValueTask<Explanation> ExplainAsync(PredictRequest request, ExplainParameters parameters, CancellationToken cancellationToken)
    {
        if (parameters.Background is not null) throw new InvalidInputException("explain.background should be absent: parts of a text are removed, not replaced.");
        if (parameters.Counterfactual) throw new InvalidInputException("explain.counterfactual should be absent: counterfactuals are available for models of numbers only.");
        if (parameters.Interactions) throw new InvalidInputException("explain.interactions should be absent: interactions are available for tree ensembles only.");
        if (parameters.Method == ExplainMethod.TreeShap) throw new InvalidInputException("explain.method should be another than tree_shap: this model reads text.");
        var (text, start) = await transformer.ReadTextAsync(request, cancellationToken);
        var parts = TextSegmenter.Segment(text, parameters.Unit);
        if (parts.Count == 0) throw new UnscorableInputException("There are no words to explain.");
        if (parts.Count > limits.TextParts) throw new InvalidInputException(TooManyParts(parts.Count, parameters.Unit));
        var allowed = TimeSpan.FromMilliseconds(parameters.DeadlineMs ?? limits.DeadlineMs);
        using var timeUp = new CancellationTokenSource(allowed, time);
        var budget = new SamplingBudget(parameters.Samples ?? DefaultSamples, parameters.Seed, allowed, timeUp.Token);
        var scores = await budget.RunAsync(token => ScoreAsync(text, token), cancellationToken);
        var best = scores.Best(0);
        var label = LabelSelector.Of(parameters.Label, transformer.Labels, best);
        var (method, result) = await EvaluateAsync(new TextValueFunction(predictor, modelName, transformer, text, parts, label), parameters.Method, budget, cancellationToken);
        var (largest, others) = TopK.Select(Attributions(text, start, parts, result), parameters.TopK);
        return new Explanation
        {
            Prediction = new Prediction(transformer.Labels[best], scores.Values[best]),
            Explained = new ExplainedScore(transformer.Labels[label], "score", result.BaseValue, scores.Values[label]),
            Attributions = largest,
            Others = others,
            Text = text,
            TextStart = start,
            Method = new ExplanationMethod(method, result.IsExact, result.IsComplete, result.Evaluations, "nothing"),
        };
    }

    private string TooManyParts(int count, TextUnit unit)
        => $"The text should have at most {limits.TextParts} parts to explain, got {count}{(unit == TextUnit.Word ? "; \"explain.unit\": \"span\" makes fewer parts" : "")}.";

    private static async ValueTask<(string Name, AttributionResult Result)> EvaluateAsync(TextValueFunction function, ExplainMethod method, SamplingBudget budget, CancellationToken cancellationToken)
    {
        if (method == ExplainMethod.KernelShap && function.FeatureCount > CoalitionRegression.MaxFeatures)
            throw new InvalidInputException($"explain.method should be leave_one_out or permutation: kernel_shap is for up to {CoalitionRegression.MaxFeatures} parts, the text has {function.FeatureCount}.");
        return await SamplingMethods.EvaluateAsync(SamplingMethods.Choose(method, function.FeatureCount, forMany: ExplainMethod.LeaveOneOut), function, budget, cancellationToken);
    }

    private async ValueTask<ModelScores> ScoreAsync(string text, CancellationToken cancellationToken)
    {
        using var request = transformer.PreprocessText(text) ?? throw new UnscorableInputException("The model knows no part of this text.");
        using var response = await predictor.InferAsync(modelName, modelVersion: null, request, cancellationToken);
        return ModelScores.Of(response, 1);
    }

    private static IEnumerable<FeatureAttribution> Attributions(string text, int start, IReadOnlyList<TextPart> parts, AttributionResult result)
    {
        var (at, codePoints) = (0, start);
        for (var index = 0; index < parts.Count; index++)
        {
            var part = parts[index];
            codePoints += CountCodePoints(text.AsSpan(at, part.Start - at));
            var end = codePoints + CountCodePoints(text.AsSpan(part.Start, part.Length));
            yield return new FeatureAttribution
            {
                Feature = text.Substring(part.Start, part.Length),
                Start = codePoints,
                End = end,
                Attribution = result.Values[index],
                StandardError = result.StandardErrors?[index],
            };
            (at, codePoints) = (part.Start + part.Length, end);
        }
    }

    private static int CountCodePoints(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes()) count++;
        return count;
    }
}
