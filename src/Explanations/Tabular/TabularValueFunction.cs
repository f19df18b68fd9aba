using InferenceServices.Explanations.Attribution;

namespace InferenceServices.Explanations.Tabular;

/// <summary>The score of a row as a function of its features: features of a coalition have the row's values, the others those of the background. The value is the mean over the background.</summary>
/// <param name="model">The model.</param>
/// <param name="table">Table of the row.</param>
/// <param name="row">Index of the row.</param>
/// <param name="background">Background of at least one row.</param>
/// <param name="score">Index of the score.</param>
/// <param name="rowsPerCall">Maximum number of rows per call.</param>
internal sealed class TabularValueFunction(TabularModel model, FeatureTable table, int row, Background background, int score, int rowsPerCall) : IValueFunction
{
    // 8 MiB of rows at a time, independent of the size of a call.
    private const int MaxValues = 1 << 20;

    public int FeatureCount => table.Width;

    public int CoalitionsPerCall => Math.Max(1, rowsPerCall / background.Rows.Count);

    public async ValueTask<double[]> EvaluateAsync(IReadOnlyList<bool[]> coalitions, CancellationToken cancellationToken)
    {
        var perChunk = Math.Max(1, MaxValues / table.Width / background.Rows.Count);
        var means = new double[coalitions.Count];
        for (var first = 0; first < means.Length; first += perChunk)
            await EvaluateAsync([.. coalitions.Skip(first).Take(perChunk)], means.AsMemory(first), cancellationToken);
        return means;
    }

    private async ValueTask EvaluateAsync(bool[][] coalitions, Memory<double> means, CancellationToken cancellationToken)
    {
        var rows = new double[coalitions.Length * background.Rows.Count * table.Width];
        var next = 0;
        foreach (var coalition in coalitions)
        {
            foreach (var unknown in background.Rows)
            {
                var known = table.Row(row);
                for (var feature = 0; feature < coalition.Length; feature++) rows[next++] = coalition[feature] ? known[feature] : unknown[feature];
            }
        }
        var scores = await model.ScoreAsync(table, rows, cancellationToken);
        for (var index = 0; index < coalitions.Length * background.Rows.Count; index++) means.Span[index / background.Rows.Count] += scores.Row(index)[score] / background.Rows.Count;
    }
}
