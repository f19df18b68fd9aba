using InferenceServices.Contracts.Errors;
using InferenceServices.Explanations.Answers;
using InferenceServices.Explanations.Attribution;
using InferenceServices.Explanations.Attribution.TreeShap;
using InferenceServices.Explanations.Requests;

namespace InferenceServices.Explanations.Tabular;

/// <summary>Explains rows of a tree ensemble exactly, without calling the predictor.</summary>
internal sealed class TreeExplainer
{
    private const int MaxForInteractions = 256;
    private const int DefaultInteractions = 20;
    private const int MaxInteractions = 1_000;
    private const int MaxInteractionValues = 1 << 20;
    // For more rows, tables pay off even for the background of a single request.
    private const int MaxRowsWithoutTables = 16;
    // The predictor returns FP32.
    private const double SameScore = 1e-4;

    private readonly TreeShapModel? _model;
    private readonly Trees? _trees;

    /// <param name="model">The model's trees; null: the model is explained by other methods.</param>
    /// <param name="background">The default background; null: none.</param>
    public TreeExplainer(TreeShapModel? model, Background? background)
    {
        _model = model;
        if (model is { CanAttribute: true }) _trees = new Trees(model, "training");
        else if (model is not null && background is not null && background.Rows[0].Length == model.FeatureCount) _trees = new Trees(WithBackground(model, background.Rows), background.Source);
    }

    /// <summary>Trees and the background for unknown features.</summary>
    public sealed record Trees(TreeShapModel Model, string Background);

    /// <summary>Selects the trees that explain the rows of a request.</summary>
    /// <param name="table">Rows to explain.</param>
    /// <param name="scores">Scores of the rows.</param>
    /// <param name="parameters">Parameters of the explanation.</param>
    /// <returns>Null when another method applies.</returns>
    /// <exception cref="InvalidInputException">The request requires trees, but the model has no matching trees: 400.</exception>
    public Trees? For(FeatureTable table, ModelScores scores, ExplainParameters parameters)
    {
        var trees = parameters.Method is ExplainMethod.Auto or ExplainMethod.TreeShap ? Find(table, scores, parameters) : null;
        if (parameters.Interactions && trees is null) throw new InvalidInputException("explain.interactions should be absent: interactions are available for tree ensembles only, with tree_shap.");
        if (!parameters.Interactions) return trees;
        if (table.Width > MaxForInteractions)
            throw new InvalidInputException($"explain.interactions should be absent: the model has {table.Width} features, and interactions are available for up to {MaxForInteractions}.");
        var maxRows = MaxInteractionValues / (table.Width * table.Width);
        return table.RowCount <= maxRows ? trees
            : throw new InvalidInputException($"explain.interactions is available for at most {maxRows} instances of {table.Width} features at once, got {table.RowCount}.");
    }

    /// <summary>Explains a row.</summary>
    /// <param name="explained">The row.</param>
    /// <param name="explaining">Trees that match the row.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    public static Explanation Explain(ExplainedRow explained, Trees explaining, CancellationToken cancellationToken)
    {
        var trees = explaining.Model;
        var row = explained.Row;
        var attributions = new double[trees.OutputCount * trees.FeatureCount];
        var margins = new double[trees.OutputCount];
        trees.Attribute(row, attributions, cancellationToken);
        trees.Margins(row, margins);
        // A single margin of two labels is that of the second label; the first label has the opposite sign.
        var output = trees.OutputCount == 1 ? 0 : explained.Label;
        var sign = trees.OutputCount == 1 && explained.Scores.Length == 2 && explained.Label == 0 ? -1 : 1;
        var values = attributions.AsSpan(output * trees.FeatureCount, trees.FeatureCount).ToArray();
        for (var feature = 0; feature < values.Length; feature++) values[feature] *= sign;
        var result = new AttributionResult(sign * trees.Bias[output], values, null, 0, IsExact: true, IsComplete: true);
        var explanation = explained.Explain(result, "tree_shap", ScaleOf(margins, explained.Scores), explaining.Background, sign * margins[output]);
        return explained.Parameters.Interactions ? explanation with { Interactions = Interact(explained, trees, row, output, sign, cancellationToken) } : explanation;
    }

    private Trees? Find(FeatureTable table, ModelScores scores, ExplainParameters parameters)
    {
        var matches = _model is not null && _model.FeatureCount == table.Width && (_model.OutputCount == scores.PerRow || (_model.OutputCount, scores.PerRow) == (1, 2));
        if (matches && parameters.Background is { } rows) return new Trees(WithBackground(_model!, rows, isForMany: table.RowCount > MaxRowsWithoutTables), "request");
        if (matches && _trees is not null) return _trees;
        if (parameters.Method != ExplainMethod.TreeShap) return null;
        throw new InvalidInputException(matches
            ? "explain.method should be another than tree_shap: the model's file has no numbers of training rows per node (nodes_hitrates), and there is no background."
            : "explain.method should be another than tree_shap: the model is not a tree ensemble, or the explainer does not have its file.");
    }

    private static IReadOnlyList<Interaction> Interact(ExplainedRow explained, TreeShapModel trees, ReadOnlySpan<double> row, int output, int sign, CancellationToken cancellationToken)
    {
        var count = trees.FeatureCount;
        var all = new double[trees.OutputCount * count * count];
        trees.Interactions(row, all, cancellationToken);
        var pairs = new List<Interaction>();
        for (var first = 0; first < count; first++)
        {
            for (var second = first + 1; second < count; second++)
            {
                // The value of a pair is split between its two entries.
                if (2 * sign * all[(output * count + first) * count + second] is not 0 and var value)
                    pairs.Add(new Interaction(explained.Table.Features[first].Name, explained.Table.Features[second].Name, value));
            }
        }
        return [.. pairs.OrderByDescending(pair => Math.Abs(pair.Value)).Take(Math.Min(explained.Parameters.TopK ?? DefaultInteractions, MaxInteractions))];
    }

    // Compares values, because later nodes of the graph may apply the link function.
    private static string ScaleOf(double[] margins, ReadOnlySpan<double> scores)
    {
        if (margins.Length != 1) return "margin";
        var score = scores[^1];
        if (scores.Length == 1 && Math.Abs(margins[0] - score) <= SameScore * Math.Max(1, Math.Abs(score))) return "score";
        return Math.Abs(1 / (1 + Math.Exp(-margins[0])) - score) <= SameScore ? "log_odds" : "margin";
    }

    private static TreeShapModel WithBackground(TreeShapModel trees, IReadOnlyList<double[]> rows, bool isForMany = true)
        => trees.WithBackground<double>([.. rows.SelectMany(row => row)], isForMany);
}
