namespace InferenceServices.ModelTools.Tests;

/// <summary>Compares models whose probabilities are read off fastText's sigmoid table, a staircase of 512 steps.</summary>
internal static class StepParity
{
    /// <summary>
    /// A score within rounding (1e-6) of one of the edges, which lie 1/32 apart, may fall on either side of it: expected for about
    /// one score in 30,000. One step is at most a quarter of 1/32.
    /// </summary>
    private const double MostSteps = 2e-4, LargestStep = 0.25 / 32;

    /// <returns>How many probabilities were a step apart, of how many.</returns>
    public static (int Steps, int Compared) Assert(ConvertedModel model, string[] texts, (string Label, float Probability)[][] expected)
    {
        var columns = model.Vocabulary.Labels.Select((label, column) => (label, column)).ToDictionary();
        var actual = model.Predict(texts);
        int steps = 0, compared = 0;
        for (var i = 0; i < texts.Length; i++)
        {
            // Several labels may stand on the highest step; fastText names the last of them.
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
