namespace InferenceServices.ModelTools.Tests;

/// <summary>Compares models that use fastText's sigmoid table, a step function of 512 steps.</summary>
internal static class StepParity
{
    /// <summary>
    /// A score within rounding (1e-6) of an edge may fall on either side; edges are 1/32 apart, so this affects about
    /// one score in 30,000. One step is at most a quarter of 1/32.
    /// </summary>
    private const double MostSteps = 2e-4, LargestStep = 0.25 / 32;

    /// <returns>The number of probabilities that differ by one step, and the number of all.</returns>
    public static (int Steps, int Compared) Assert(ConvertedModel model, string[] texts, (string Label, float Probability)[][] expected)
    {
        var columns = model.Vocabulary.Labels.Select((label, column) => (label, column)).ToDictionary();
        var actual = model.Predict(texts);
        int steps = 0, compared = 0;
        for (var i = 0; i < texts.Length; i++)
        {
            // Several labels may share the highest step; fastText returns the last.
            Xunit.Assert.InRange(actual[i].Max() - actual[i][columns[expected[i][0].Label]], 0, LargestStep);
            foreach (var (label, probability) in expected[i])
            {
                var difference = Math.Abs(actual[i][columns[label]] - probability);
                compared++;
                if (difference < Parity.Tolerance)
                    continue;
                Xunit.Assert.InRange(difference, 0, LargestStep + Parity.Tolerance);
                steps++;
            }
        }
        Xunit.Assert.InRange(steps, 0, Math.Ceiling(MostSteps * compared));
        return (steps, compared);
    }
}
