using InferenceServices.Explanations.Answers;
using InferenceServices.Explanations.Attribution;
using InferenceServices.Explanations.Requests;

namespace InferenceServices.Explanations.Tabular;

/// <summary>A row to explain.</summary>
internal sealed class ExplainedRow
{
    private readonly IReadOnlyList<string>? _labels;
    private readonly ModelScores _scores;

    public ExplainedRow(FeatureTable table, int index, ModelScores scores, IReadOnlyList<string>? labels, ExplainParameters parameters)
    {
        (Table, Index, Parameters, _scores, _labels) = (table, index, parameters, scores, labels);
        Label = LabelSelector.Of(parameters.Label, labels, scores.PerRow == 2 ? 1 : scores.Best(index));
    }

    public FeatureTable Table { get; }

    public int Index { get; }

    public ExplainParameters Parameters { get; }

    /// <summary>Index of the score that is explained.</summary>
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
        var (largest, others) = TopK.Select(attributions, Parameters.TopK);
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
