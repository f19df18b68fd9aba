using InferenceServices.Contracts.Errors;
using InferenceServices.Explanations.Answers;
using InferenceServices.Explanations.Attribution;
using InferenceServices.Explanations.Attribution.TreeShap;
using InferenceServices.Explanations.Requests;

namespace InferenceServices.Explanations.Tabular;

/// <summary>Explains rows of a model that is trees and nothing else before them, exactly and without asking it.</summary>
internal sealed class TreeExplainer
{
    private const int MostForInteractions = 256;
    private const int DefaultInteractions = 20;
    // Of more, tables for a background of one request are worth their making.
    private const int FewRows = 16;
    // The predictor gives float32.
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

    /// <summary>Trees, and what stands for unknown features.</summary>
    public sealed record Trees(TreeShapModel Model, string Background);

    /// <summary>What explains the rows of a request.</summary>
    /// <param name="table">The rows.</param>
    /// <param name="scores">What the model says of them.</param>
    /// <param name="parameters">What is asked for.</param>
    /// <returns>Null: the rows are to be explained another way.</returns>
    /// <exception cref="InvalidInputException">Only trees could do what is asked for, and there are none that fit: 400.</exception>
    public Trees? For(FeatureTable table, ModelScores scores, ExplainParameters parameters)
    {
        var trees = parameters.Method is ExplainMethod.Auto or ExplainMethod.TreeShap ? Find(table, scores, parameters) : null;
        if (parameters.Interactions && trees is null) throw new InvalidInputException("explain.interactions should be absent: they are told of models of trees alone, by tree_shap.");
        return !parameters.Interactions || table.Width <= MostForInteractions ? trees
            : throw new InvalidInputException($"explain.interactions should be absent: the model has {table.Width} features, and pairs are told of up to {MostForInteractions}.");
    }

    /// <param name="explained">The row.</param>
    /// <param name="explaining">Trees for it.</param>
    public static Explanation Explain(ExplainedRow explained, Trees explaining)
    {
        var trees = explaining.Model;
        Span<float> row = new float[trees.FeatureCount];
        for (var feature = 0; feature < row.Length; feature++) row[feature] = (float)explained.Row[feature];
        var attributions = new double[trees.OutputCount * trees.FeatureCount];
        var margins = new double[trees.OutputCount];
        trees.Attribute(row, attributions);
        trees.Margins(row, margins);
        // One margin of two labels is the second's; for the first all is the other way round.
        var output = trees.OutputCount == 1 ? 0 : explained.Label;
        var sign = trees.OutputCount == 1 && explained.Scores.Length == 2 && explained.Label == 0 ? -1 : 1;
        var values = attributions.AsSpan(output * trees.FeatureCount, trees.FeatureCount).ToArray();
        for (var feature = 0; feature < values.Length; feature++) values[feature] *= sign;
        var result = new AttributionResult(sign * trees.Bias[output], values, null, 0, IsExact: true, IsComplete: true);
        var explanation = explained.Explain(result, "tree_shap", ScaleOf(margins, explained.Scores), explaining.Background, sign * margins[output]);
        return explained.Parameters.Interactions ? explanation with { Interactions = Interact(explained, trees, row, output, sign) } : explanation;
    }

    private Trees? Find(FeatureTable table, ModelScores scores, ExplainParameters parameters)
    {
        var fits = _model is not null && _model.FeatureCount == table.Width && (_model.OutputCount == scores.PerRow || (_model.OutputCount, scores.PerRow) == (1, 2));
        if (fits && parameters.Background is { } rows) return new Trees(WithBackground(_model!, rows, isForMany: table.RowCount > FewRows), "request");
        if (fits && _trees is not null) return _trees;
        if (parameters.Method != ExplainMethod.TreeShap) return null;
        throw new InvalidInputException(fits
            ? "explain.method should be another than tree_shap: the model's file does not say how many training rows came through its nodes (nodes_hitrates), and no background is given."
            : "explain.method should be another than tree_shap: the model is not trees alone, or the explainer does not have its file.");
    }

    private static IReadOnlyList<Interaction> Interact(ExplainedRow explained, TreeShapModel trees, ReadOnlySpan<float> row, int output, int sign)
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
                    pairs.Add(new Interaction(explained.Table.Features[first].Name, explained.Table.Features[second].Name, value));
            }
        }
        return [.. pairs.OrderByDescending(pair => Math.Abs(pair.Value)).Take(explained.Parameters.TopK ?? DefaultInteractions)];
    }

    // By looking: later nodes of the graph may do what the trees' own does not.
    private static string ScaleOf(double[] margins, ReadOnlySpan<double> scores)
    {
        if (margins.Length != 1) return "margin";
        var score = scores[^1];
        if (scores.Length == 1 && Math.Abs(margins[0] - score) <= SameScore * Math.Max(1, Math.Abs(score))) return "score";
        return Math.Abs(1 / (1 + Math.Exp(-margins[0])) - score) <= SameScore ? "log_odds" : "margin";
    }

    private static TreeShapModel WithBackground(TreeShapModel trees, IReadOnlyList<double[]> rows, bool isForMany = true)
        => trees.WithBackground([.. rows.SelectMany(row => row).Select(value => (float)value)], isForMany);
}
