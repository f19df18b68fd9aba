using InferenceServices.Explanations.Answers;

namespace InferenceServices.Explanations.Tabular;

/// <summary>Searches for the smallest change of one feature that changes the prediction.</summary>
/// <remarks>
/// Two calls of the model. The first tries increasingly distant values on both sides, at most <see cref="MaxRows"/> in total; for trees, their thresholds. The second tries
/// values between the last that did not change the prediction and the first that did. Distances are relative to the spread of a feature's values.
/// </remarks>
internal static class CounterfactualSearch
{
    private const int MaxRows = 150;
    private const int RefinementRows = 50;

    /// <param name="model">The model.</param>
    /// <param name="table">Table of the row.</param>
    /// <param name="row">Index of the row.</param>
    /// <param name="steps">By feature, ascending: thresholds of the model; empty when unknown.</param>
    /// <param name="background">Typical rows, which determine candidate values where <paramref name="steps"/> is empty.</param>
    /// <param name="decide">Returns the prediction for scores.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    /// <returns>Null when the search found no change. A change may still exist.</returns>
    public static async ValueTask<Counterfactual?> FindAsync(
        TabularModel model, FeatureTable table, int row, IReadOnlyList<float[]> steps, Background background, Func<double[], Prediction> decide, CancellationToken cancellationToken)
    {
        var perSide = Math.Max(1, MaxRows / table.Width / 2);
        var sides = new List<Side>();
        for (var feature = 0; feature < table.Width; feature++)
        {
            var value = table.Row(row)[feature];
            if (double.IsNaN(value)) continue;
            var values = new SortedSet<double>(ValuesOf(table.Features[feature].IsWhole, value, feature < steps.Count ? steps[feature] : [], [.. background.Rows.Select(known => known[feature])]));
            values.Remove(value);
            var spread = Spread(values, value);
            double[] above = [.. values.Where(candidate => candidate > value)];
            double[] below = [.. values.Where(candidate => candidate < value).Reverse()];
            if (above.Length > 0) sides.Add(new Side(feature, above, spread, value));
            if (below.Length > 0) sides.Add(new Side(feature, below, spread, value));
        }
        var before = decide((await ScoreAsync(model, table, row, [], cancellationToken))[0]).Label;
        var flips = await TryAsync(model, table, row, [.. sides.Select(side => (side, Farther(side.Values.Length, perSide)))], decide, before, cancellationToken);
        if (flips.Count == 0) return null;
        // Refines the nearest few between the last value without and the first value with a changed prediction.
        var nearest = flips.OrderBy(flip => flip.Distance).Take(5).ToArray();
        var closer = nearest.Select(flip => (flip.Side, Between(flip.Before, flip.Place, RefinementRows / nearest.Length))).Where(candidate => candidate.Item2.Length > 0).ToArray();
        flips.AddRange(await TryAsync(model, table, row, closer, decide, before, cancellationToken));
        var best = flips.MinBy(flip => flip.Distance)!;
        return new Counterfactual(table.Features[best.Side.Feature].Name, best.Side.Values[best.Place], best.Side.Values[best.Place] - best.Side.Value, best.Prediction);
    }

    private static async ValueTask<List<Flip>> TryAsync(
        TabularModel model, FeatureTable table, int row, (Side Side, int[] Places)[] candidates, Func<double[], Prediction> decide, string? before, CancellationToken cancellationToken)
    {
        var changes = candidates.SelectMany(candidate => candidate.Places, (candidate, place) => (candidate.Side.Feature, candidate.Side.Values[place])).ToArray();
        var scores = changes.Length == 0 ? [] : await ScoreAsync(model, table, row, changes, cancellationToken);
        var flips = new List<Flip>();
        var next = 0;
        foreach (var (side, places) in candidates)
        {
            var last = -1;
            var found = false;
            foreach (var place in places)
            {
                var prediction = decide(scores[next++]);
                if (!found && prediction.Label != before)
                {
                    flips.Add(new Flip(side, last, place, prediction));
                    found = true;
                }
                last = place;
            }
        }
        return flips;
    }

    private static async ValueTask<double[][]> ScoreAsync(TabularModel model, FeatureTable table, int row, (int Feature, double Value)[] changes, CancellationToken cancellationToken)
    {
        var rows = new double[Math.Max(1, changes.Length) * table.Width];
        for (var index = 0; index * table.Width < rows.Length; index++) table.Row(row).CopyTo(rows.AsSpan(index * table.Width));
        for (var index = 0; index < changes.Length; index++) rows[index * table.Width + changes[index].Feature] = changes[index].Value;
        var scores = await model.ScoreAsync(table, rows, cancellationToken);
        return [.. Enumerable.Range(0, rows.Length / table.Width).Select(index => scores.Row(index).ToArray())];
    }

    // Values just beyond each threshold; without thresholds, values of typical rows and multiples of the value.
    private static IEnumerable<double> ValuesOf(bool isWhole, double value, float[] steps, double[] typical)
    {
        if (steps.Length > 0)
        {
            foreach (var step in steps)
            {
                if (step >= value) yield return isWhole ? Math.Floor(step) + 1 : MathF.BitIncrement(step);
                if (step <= value) yield return isWhole ? Math.Ceiling(step) - 1 : MathF.BitDecrement(step);
            }
            yield break;
        }
        foreach (var known in typical)
            if (!double.IsNaN(known)) yield return known;
        var size = Math.Max(1, Math.Abs(value));
        for (var power = -6; power <= 3; power++)
        {
            var change = size * Math.Pow(2, power);
            yield return isWhole ? Math.Ceiling(value + change) : value + change;
            yield return isWhole ? Math.Floor(value - change) : value - change;
        }
    }

    // The interquartile range of the values; for a constant, its magnitude.
    private static double Spread(SortedSet<double> values, double value)
    {
        if (values.Count == 0) return 1;
        double[] sorted = [.. values];
        var middle = sorted[sorted.Length * 3 / 4] - sorted[sorted.Length / 4];
        return middle > 0 ? middle : Math.Max(Math.Abs(value), 1);
    }

    // Indices at exponentially increasing distances, including the first and the last.
    private static int[] Farther(int count, int most)
    {
        if (count <= most) return [.. Enumerable.Range(0, count)];
        var places = new SortedSet<int> { 0, count - 1 };
        for (var index = 0; index < most - 2; index++) places.Add((int)Math.Round(Math.Pow(count, (index + 1.0) / (most - 1))) - 1);
        return [.. places];
    }

    private static int[] Between(int before, int place, int most)
    {
        var inside = place - before - 1;
        return inside <= most ? [.. Enumerable.Range(before + 1, inside)] : [.. Enumerable.Range(1, most).Select(index => before + index * (inside + 1) / (most + 1)).Where(inner => inner > before && inner < place).Distinct()];
    }

    /// <summary>The candidate values of a feature on one side of its value, nearest first.</summary>
    private sealed record Side(int Feature, double[] Values, double Spread, double Value);

    /// <summary>A change that changes the prediction.</summary>
    /// <param name="Side">Feature and direction.</param>
    /// <param name="Before">Index of the previous value, which did not change the prediction; -1: none.</param>
    /// <param name="Place">Index of the value.</param>
    /// <param name="Prediction">The new prediction.</param>
    private sealed record Flip(Side Side, int Before, int Place, Prediction Prediction)
    {
        public double Distance => Math.Abs(Side.Values[Place] - Side.Value) / Side.Spread;
    }
}
