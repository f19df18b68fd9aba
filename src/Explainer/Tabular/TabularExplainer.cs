using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V1;
using InferenceServices.Explainer.Answers;
using InferenceServices.Explainer.Attribution;
using InferenceServices.Explainer.Attribution.KernelShap;
using InferenceServices.Explainer.Attribution.Occlusion;
using InferenceServices.Explainer.Attribution.Permutation;
using InferenceServices.Explainer.Attribution.TreeShap;
using InferenceServices.Explainer.Requests;

namespace InferenceServices.Explainer.Tabular;

/// <summary>Explains what a model says of rows of numbers, one after the other.</summary>
internal sealed class TabularExplainer
{
    private const int DefaultSamples = 4_096;
    // A regression of more unknowns takes longer than the model.
    private const int MostForRegression = 64;
    private const int MostForInteractions = 256;
    private const int DefaultInteractions = 20;
    // Of more, tables for a background of one request are worth their making.
    private const int FewRows = 16;
    // The predictor gives float32.
    private const double SameScore = 1e-4;

    private readonly ITransformer _transformer;
    private readonly ServedModel _served;
    private readonly ExplainerOptions _options;
    private readonly TimeProvider _time;
    private readonly TabularModel _model;
    private readonly TreeShapModel? _trees;
    private readonly TreeShapModel? _treesInBackground;
    private readonly Background? _background;

    public TabularExplainer(ITransformer transformer, IPredictor predictor, ServedModel served, ExplainerOptions options, TimeProvider time, ILogger logger)
    {
        _transformer = transformer;
        _served = served;
        _options = options;
        _time = time;
        _model = new TabularModel(predictor, served.Name, options.RowsPerCall);
        _background = Background.Load(served, options);
        _trees = TreeModel.TryLoad(served, logger);
        if (_trees is { CanAttribute: false } && _background is not null && _background.Rows[0].Length == _trees.FeatureCount) _treesInBackground = WithBackground(_trees, _background);
    }

    /// <param name="request">The caller's body.</param>
    /// <param name="parameters">What of it is the explainer's.</param>
    /// <param name="cancellationToken">The caller has gone away.</param>
    /// <returns>One for each row.</returns>
    public async ValueTask<IReadOnlyList<Explanation>> ExplainAsync(PredictRequest request, ExplainParameters parameters, CancellationToken cancellationToken)
    {
        using var tensors = await _transformer.PreprocessAsync(request, cancellationToken);
        var table = FeatureTable.Of(tensors, (_transformer as ITabularTransformer)?.Features);
        var scores = await _model.ScoreAsync(tensors, table.RowCount, cancellationToken);
        var labels = await LabelsAsync(scores.PerRow, cancellationToken);
        var background = Background.For(parameters, _background, table);
        var trees = TreesFor(table, scores, parameters);
        if (parameters.Interactions && trees is null) throw new InvalidInputException("explain.interactions should be absent: they are told of models of trees alone, by tree_shap.");
        if (trees is not null && !parameters.Counterfactual)
        {
            var source = BackgroundOf(trees, parameters);
            // What is wrong with a request is told before.
            Subject[] subjects = [.. Enumerable.Range(0, table.RowCount).Select(row => new Subject(table, row, scores, labels, parameters))];
            var exact = new Explanation[subjects.Length];
            Parallel.For(0, exact.Length, row => exact[row] = Attribute(subjects[row], trees, source));
            return exact;
        }
        var ends = _time.GetTimestamp() + (long)((parameters.DeadlineMs ?? _options.DeadlineMs) / 1000.0 * _time.TimestampFrequency);
        var explanations = new Explanation[table.RowCount];
        for (var row = 0; row < explanations.Length; row++)
        {
            var subject = new Subject(table, row, scores, labels, parameters);
            // What is left of the time, in equal parts for the rows that are left.
            var part = TimeSpan.FromSeconds(Math.Max(0, ends - _time.GetTimestamp()) / (double)_time.TimestampFrequency / (explanations.Length - row));
            var explanation = trees is null
                ? await EstimateAsync(subject, background, part, cancellationToken)
                : Attribute(subject, trees, BackgroundOf(trees, parameters));
            explanations[row] = parameters.Counterfactual && labels is not null
                ? explanation with { Counterfactual = await CounterfactualSearch.FindAsync(_model, table, row, trees?.Thresholds ?? [], background, subject.Decide, cancellationToken) }
                : explanation;
        }
        return explanations;
    }

    private TreeShapModel? TreesFor(FeatureTable table, ModelScores scores, ExplainParameters parameters)
    {
        if (parameters.Interactions && table.Width > MostForInteractions)
            throw new InvalidInputException($"explain.interactions should be absent: the model has {table.Width} features, and pairs are told of up to {MostForInteractions}.");
        var wanted = parameters.Method is ExplainMethod.Auto or ExplainMethod.TreeShap;
        if (!wanted) return null;
        var fits = _trees is not null && _trees.FeatureCount == table.Width && (_trees.OutputCount == scores.PerRow || (_trees.OutputCount, scores.PerRow) == (1, 2));
        if (fits && parameters.Background is { } rows)
        {
            _ = Background.For(parameters, null, table);
            return WithBackground(_trees!, new Background(rows, "request"), isForMany: table.RowCount > FewRows);
        }
        if (fits && _trees!.CanAttribute) return _trees;
        if (fits && _treesInBackground is not null) return _treesInBackground;
        if (parameters.Method != ExplainMethod.TreeShap) return null;
        throw new InvalidInputException(fits
            ? "explain.method should be another than tree_shap: the model's file does not say how many training rows came through its nodes (nodes_hitrates), and no background is given."
            : "explain.method should be another than tree_shap: the model is not trees alone, or the explainer does not have its file.");
    }

    private string BackgroundOf(TreeShapModel trees, ExplainParameters parameters)
        => parameters.Background is not null ? "request" : trees == _treesInBackground ? "server" : "training";

    private static Explanation Attribute(Subject subject, TreeShapModel trees, string background)
    {
        Span<float> row = new float[trees.FeatureCount];
        for (var feature = 0; feature < row.Length; feature++) row[feature] = (float)subject.Row[feature];
        var attributions = new double[trees.OutputCount * trees.FeatureCount];
        var margins = new double[trees.OutputCount];
        trees.Attribute(row, attributions);
        trees.Margins(row, margins);
        // One margin of two labels is the second's; for the first all is the other way round.
        var output = trees.OutputCount == 1 ? 0 : subject.Label;
        var sign = trees.OutputCount == 1 && subject.Scores.Length == 2 && subject.Label == 0 ? -1 : 1;
        var values = attributions.AsSpan(output * trees.FeatureCount, trees.FeatureCount).ToArray();
        for (var feature = 0; feature < values.Length; feature++) values[feature] *= sign;
        var result = new AttributionResult(sign * trees.Bias[output], values, null, 0, IsExact: true, IsComplete: true);
        var explanation = subject.Explain(result, "tree_shap", ScaleOf(margins, subject.Scores), background, sign * margins[output]);
        return subject.Parameters.Interactions ? explanation with { Interactions = Interact(subject, trees, row, output, sign) } : explanation;
    }

    private static IReadOnlyList<Interaction> Interact(Subject subject, TreeShapModel trees, ReadOnlySpan<float> row, int output, int sign)
    {
        var count = trees.FeatureCount;
        var all = new double[trees.OutputCount * count * count];
        trees.Interactions(row, all);
        var pairs = new List<Interaction>();
        for (var first = 0; first < count; first++)
        {
            for (var second = first + 1; second < count; second++)
            {
                // A pair's value is halved between its two places.
                if (2 * sign * all[(output * count + first) * count + second] is not 0 and var value)
                    pairs.Add(new Interaction(subject.Table.Features[first].Name, subject.Table.Features[second].Name, value));
            }
        }
        return [.. pairs.OrderByDescending(pair => Math.Abs(pair.Value)).Take(subject.Parameters.TopK ?? DefaultInteractions)];
    }

    private async ValueTask<Explanation> EstimateAsync(Subject subject, Background background, TimeSpan time, CancellationToken cancellationToken)
    {
        using var timeUp = new CancellationTokenSource(time, _time);
        var parameters = subject.Parameters;
        var budget = new SamplingBudget(parameters.Samples ?? Math.Min(DefaultSamples, _options.SamplesLimit), parameters.Seed, time, timeUp.Token);
        var game = new TabularGame(_model, subject.Table, subject.Index, background, subject.Label, await _model.GetRowsPerCallAsync(cancellationToken));
        var method = parameters.Method switch
        {
            ExplainMethod.Auto => game.PlayerCount <= MostForRegression ? ExplainMethod.KernelShap : ExplainMethod.Permutation,
            ExplainMethod.KernelShap when game.PlayerCount > CoalitionRegression.MostPlayers
                => throw new InvalidInputException($"explain.method should be permutation: kernel_shap is for up to {CoalitionRegression.MostPlayers} features, the model has {game.PlayerCount}."),
            var asked => asked,
        };
        var (name, result) = method switch
        {
            ExplainMethod.KernelShap => ("kernel_shap", await KernelShap.EstimateAsync(game, budget, cancellationToken)),
            ExplainMethod.LeaveOneOut => ("leave_one_out", await LeaveOneOut.ComputeAsync(game, budget, cancellationToken)),
            _ => ("permutation", await PermutationShap.EstimateAsync(game, budget, cancellationToken)),
        };
        return subject.Explain(result, name, "score", background.Source, subject.Scores[subject.Label]);
    }

    private async ValueTask<IReadOnlyList<string>?> LabelsAsync(int count, CancellationToken cancellationToken)
    {
        if (_transformer is ITabularTransformer { Labels: var labels } && labels.Count == count) return labels;
        var metadata = await _model.GetMetadataAsync(cancellationToken);
        if (metadata.Outputs.FirstOrDefault(output => output.Labels?.Count == count) is { Labels: { } declared }) return declared;
        return count > 1 ? [.. Enumerable.Range(0, count).Select(index => index.ToString(System.Globalization.CultureInfo.InvariantCulture))] : null;
    }

    // By looking: later nodes of the graph may do what the trees' own does not.
    private static string ScaleOf(double[] margins, ReadOnlySpan<double> scores)
    {
        if (margins.Length != 1) return "margin";
        var score = scores[^1];
        if (scores.Length == 1 && Math.Abs(margins[0] - score) <= SameScore * Math.Max(1, Math.Abs(score))) return "score";
        return Math.Abs(1 / (1 + Math.Exp(-margins[0])) - score) <= SameScore ? "log_odds" : "margin";
    }

    private static TreeShapModel WithBackground(TreeShapModel trees, Background background, bool isForMany = true)
        => trees.WithBackground([.. background.Rows.SelectMany(row => row).Select(value => (float)value)], isForMany);

    /// <summary>One row and what is asked of it.</summary>
    private sealed class Subject
    {
        private readonly IReadOnlyList<string>? _labels;
        private readonly ModelScores _scores;

        public Subject(FeatureTable table, int index, ModelScores scores, IReadOnlyList<string>? labels, ExplainParameters parameters)
        {
            (Table, Index, Parameters, _scores, _labels) = (table, index, parameters, scores, labels);
            Label = LabelChoice.Of(parameters.Label, labels, scores.PerRow == 2 ? 1 : scores.Best(index));
        }

        public FeatureTable Table { get; }

        public int Index { get; }

        public ExplainParameters Parameters { get; }

        /// <summary>The place of the score that is explained.</summary>
        public int Label { get; }

        public ReadOnlySpan<double> Row => Table.Row(Index);

        public ReadOnlySpan<double> Scores => _scores.Row(Index);

        public Prediction Decide(double[] scores)
        {
            var best = new ModelScores(scores, scores.Length).Best(0);
            return new Prediction(_labels?[best], scores[best]);
        }

        public Explanation Explain(AttributionResult result, string method, string scale, string background, double value)
        {
            var attributions = new FeatureAttribution[Table.Width];
            for (var feature = 0; feature < attributions.Length; feature++)
            {
                attributions[feature] = new FeatureAttribution
                {
                    Feature = Table.Features[feature].Name,
                    Value = double.IsNaN(Row[feature]) ? null : Row[feature],
                    Unit = Table.Features[feature].Unit is { Length: > 0 } unit ? unit : null,
                    Attribution = result.Values[feature],
                    StandardError = result.StandardErrors?[feature],
                };
            }
            var (largest, others) = Largest.Of(attributions, Parameters.TopK);
            return new Explanation
            {
                Prediction = Decide(Scores.ToArray()),
                Explained = new ExplainedScore(_labels?[Label], scale, result.BaseValue, value),
                Attributions = largest,
                Others = others,
                Method = new ExplanationMethod(method, result.IsExact, result.IsComplete, result.Evaluations, background),
            };
        }
    }
}
