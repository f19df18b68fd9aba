using System.Globalization;

namespace InferenceServices.ModelTools.Tests;

/// <summary>Compares a converted model with fastText, label by label.</summary>
internal static class Parity
{
    /// <summary>
    /// fastText sums in another order than ONNX Runtime, and its program prints six significant digits: the printed value of a probability above 1
    /// is off by up to 5e-6.
    /// </summary>
    public const float Tolerance = 1e-5f;

    /// <summary>Asserts that the most probable label is fastText's and that no reported probability differs by the tolerance or more.</summary>
    /// <param name="model">The converted model.</param>
    /// <param name="texts">Input texts.</param>
    /// <param name="expected">fastText's results, most probable first.</param>
    /// <param name="batch">Batch size.</param>
    /// <returns>The largest difference.</returns>
    public static float Assert(ConvertedModel model, string[] texts, (string Label, float Probability)[][] expected, int batch = 16)
    {
        var columns = model.Vocabulary.Labels.Select((label, column) => (label, column)).ToDictionary();
        var actual = model.Predict(texts, batch);
        Xunit.Assert.Equal(texts.Length, expected.Length);
        var largest = 0f;
        for (var i = 0; i < texts.Length; i++)
        {
            Xunit.Assert.True(IsTop(model.Vocabulary.Labels[Top(actual[i])], expected[i]), $"another label for: {texts[i]}");
            foreach (var (label, probability) in expected[i])
            {
                var difference = Math.Abs(actual[i][columns[label]] - probability);
                Xunit.Assert.True(difference < Tolerance, string.Create(CultureInfo.InvariantCulture,
                    $"{label} has {actual[i][columns[label]]}, fastText says {probability}, for: {texts[i]}"));
                largest = Math.Max(largest, difference);
            }
        }
        return largest;
    }

    /// <summary>Whether a label is fastText's first, or has the same probability as the first (centroids cause ties).</summary>
    private static bool IsTop(string label, (string Label, float Probability)[] expected)
        => label == expected[0].Label || expected.Any(other => other.Label == label && other.Probability == expected[0].Probability);

    /// <summary>fastText returns the last of equally probable labels.</summary>
    private static int Top(float[] probabilities)
    {
        var top = 0;
        for (var i = 1; i < probabilities.Length; i++)
        {
            if (probabilities[i] >= probabilities[top])
                top = i;
        }
        return top;
    }
}
