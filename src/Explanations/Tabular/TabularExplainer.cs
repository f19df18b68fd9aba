using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V1;
using InferenceServices.Explanations.Answers;
using InferenceServices.Explanations.Attribution;
using InferenceServices.Explanations.Attribution.KernelShap;
using InferenceServices.Explanations.Attribution.TreeShap;
using InferenceServices.Explanations.Requests;

namespace InferenceServices.Explanations.Tabular;

/// <summary>Explains predictions for rows of numbers.</summary>
public sealed class TabularExplainer
{
    private const int DefaultSamples = 4_096;

    private readonly ITransformer _transformer;
    private readonly ExplanationLimits _limits;
    private readonly TimeProvider _time;
    private readonly TabularModel _model;
    private readonly Background? _background;
    private readonly TreeExplainer _trees;
    private readonly IReadOnlyList<string>? _classes;

    /// <param name="transformer">Turns a request into the rows that the model reads.</param>
    /// <param name="predictor">Runs the model, in process or remotely.</param>
    /// <param name="modelName">Name of the model at the predictor.</param>
    /// <param name="trees">The model's trees; null when the model is not a tree ensemble or its file is not available.</param>
    /// <param name="background">The default background; null: zeros, or for trees the distribution of their training rows.</param>
    /// <param name="limits">Limits of each request.</param>
    /// <param name="time">Clock for the deadline.</param>
    /// <param name="classes">Names of the classes in the model's file; null: the labels of the predictor's metadata.</param>
    public TabularExplainer(
        ITransformer transformer,
        IPredictor predictor,
        string modelName,
        TreeShapModel? trees,
        Background? background,
        ExplanationLimits limits,
        TimeProvider time,
        IReadOnlyList<string>? classes = null)
    {
        _classes = classes;
        _transformer = transformer;
        _limits = limits;
        _time = time;
        _model = new TabularModel(predictor, modelName, limits.RowsPerCall);
        _background = background;
        _trees = new TreeExplainer(trees, background);
    }

    /// <summary>Explains the rows of a request.</summary>
    /// <param name="request">The request body.</param>
    /// <param name="parameters">Parameters of the explanation.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    /// <returns>Explanations, by row.</returns>
    public async ValueTask<IReadOnlyList<Explanation>> ExplainAsync(PredictRequest request, ExplainParameters parameters, CancellationToken cancellationToken)
    {
        using var tensors = await _transformer.Read(request).PreprocessAsync(cancellationToken);
        var table = FeatureTable.Of(tensors, (_transformer as ITabularTransformer)?.Features, _limits.Rows);
        var allowed = TimeSpan.FromMilliseconds(parameters.DeadlineMs ?? _limits.DeadlineMs);
        using var timeUp = new CancellationTokenSource(allowed, _time);
        var whole = new SamplingBudget(0, parameters.Seed, allowed, timeUp.Token);
        var ends = _time.GetTimestamp() + (long)(allowed.TotalSeconds * _time.TimestampFrequency);
        var scores = await whole.RunAsync(token => _model.ScoreAsync(tensors, table.RowCount, token), cancellationToken);
        var labels = await LabelsAsync(scores.PerRow, cancellationToken);
        var background = Background.For(parameters, _background, table);
        var trees = _trees.For(table, scores, parameters);
        ExplainedRow[] rows = [.. Enumerable.Range(0, table.RowCount).Select(row => new ExplainedRow(table, row, scores, labels, parameters))];
        var explanations = new Explanation[rows.Length];
        if (trees is not null && !parameters.Counterfactual)
        {
            await whole.RunAsync(token => ExplainTreesAsync(rows, trees, explanations, token), cancellationToken);
            return explanations;
        }
        for (var row = 0; row < rows.Length; row++)
        {
            // The remaining time, in equal parts for the remaining rows.
            var part = TimeSpan.FromSeconds(Math.Max(0, ends - _time.GetTimestamp()) / (double)_time.TimestampFrequency / (rows.Length - row));
            var explained = rows[row];
            var explanation = trees is null
                ? await EstimateAsync(explained, background, part, whole, cancellationToken)
                : TreeExplainer.Explain(explained, trees, cancellationToken);
            explanations[row] = parameters.Counterfactual && labels is not null
                ? await AddCounterfactualAsync(explanation, explained, trees?.Model.Thresholds ?? [], background, whole, cancellationToken)
                : explanation;
        }
        return explanations;
    }

    private static async ValueTask<bool> ExplainTreesAsync(ExplainedRow[] rows, TreeExplainer.Trees trees, Explanation[] explanations, CancellationToken cancellationToken)
    {
        await Parallel.ForAsync(0, rows.Length, cancellationToken, (row, token) =>
        {
            explanations[row] = TreeExplainer.Explain(rows[row], trees, token);
            return ValueTask.CompletedTask;
        });
        return true;
    }

    // The search needs some calls of the predictor; without time for them, the explanation is incomplete.
    private async ValueTask<Explanation> AddCounterfactualAsync(
        Explanation explanation, ExplainedRow row, IReadOnlyList<float[]> steps, Background background, SamplingBudget budget, CancellationToken cancellationToken)
    {
        try
        {
            return explanation with
            {
                Counterfactual = await budget.RunAsync(token => CounterfactualSearch.FindAsync(_model, row.Table, row.Index, steps, background, row.Decide, token), cancellationToken),
            };
        }
        catch (RequestTimeoutException)
        {
            return explanation with { Method = explanation.Method with { Complete = false } };
        }
    }

    private async ValueTask<Explanation> EstimateAsync(ExplainedRow row, Background background, TimeSpan time, SamplingBudget whole, CancellationToken cancellationToken)
    {
        using var timeUp = new CancellationTokenSource(time, _time);
        var parameters = row.Parameters;
        var budget = new SamplingBudget(parameters.Samples ?? Math.Min(DefaultSamples, _limits.Samples), parameters.Seed, time, timeUp.Token) { Whole = whole };
        var function = new TabularValueFunction(_model, row.Table, row.Index, background, row.Label, await _model.GetRowsPerCallAsync(cancellationToken));
        if (parameters.Method == ExplainMethod.KernelShap && function.FeatureCount > CoalitionRegression.MaxFeatures)
            throw new InvalidInputException($"explain.method should be permutation: kernel_shap is for up to {CoalitionRegression.MaxFeatures} features, the model has {function.FeatureCount}.");
        var method = SamplingMethods.Choose(parameters.Method, function.FeatureCount, forMany: ExplainMethod.Permutation);
        var (name, result) = await SamplingMethods.EvaluateAsync(method, function, budget, cancellationToken);
        return row.Explain(result, name, "score", background.Source, row.Scores[row.Label]);
    }

    private async ValueTask<IReadOnlyList<string>?> LabelsAsync(int count, CancellationToken cancellationToken)
    {
        if (_transformer is ITabularTransformer { Labels: var labels } && labels.Count == count) return labels;
        if (_classes?.Count == count) return _classes;
        var metadata = await _model.GetMetadataAsync(cancellationToken);
        if (metadata.Outputs.FirstOrDefault(output => output.Labels?.Count == count) is { Labels: { } declared }) return declared;
        return count > 1 ? [.. Enumerable.Range(0, count).Select(index => index.ToString(System.Globalization.CultureInfo.InvariantCulture))] : null;
    }
}
