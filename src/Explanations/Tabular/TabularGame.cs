using InferenceServices.Explanations.Attribution;

namespace InferenceServices.Explanations.Tabular;

/// <summary>Features as players: those of a coalition have the row's values, the others those of the background, one row after the other.</summary>
/// <param name="model">The model.</param>
/// <param name="table">Whose row is explained.</param>
/// <param name="row">Which.</param>
/// <param name="background">At least one row.</param>
/// <param name="score">The score's place.</param>
/// <param name="rowsPerCall">What one call of the model holds.</param>
internal sealed class TabularGame(TabularModel model, FeatureTable table, int row, Background background, int score, int rowsPerCall) : ICoalitionGame
{
    // 8 MiB of rows at once, whatever a call may hold.
    private const int MostValues = 1 << 20;

    public int PlayerCount => table.Width;

    public int CoalitionsPerCall => Math.Max(1, rowsPerCall / background.Rows.Count);

    public async ValueTask<double[]> PlayAsync(IReadOnlyList<bool[]> coalitions, CancellationToken cancellationToken)
    {
        var atOnce = Math.Max(1, MostValues / table.Width / background.Rows.Count);
        var means = new double[coalitions.Count];
        for (var first = 0; first < means.Length; first += atOnce)
            await PlayAsync([.. coalitions.Skip(first).Take(atOnce)], means.AsMemory(first), cancellationToken);
        return means;
    }

    private async ValueTask PlayAsync(bool[][] coalitions, Memory<double> means, CancellationToken cancellationToken)
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
