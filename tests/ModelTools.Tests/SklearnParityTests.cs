using System.Text.Json.Nodes;
using InferenceServices.Testing;

namespace InferenceServices.ModelTools.Tests;

/// <summary>
/// Compares converted models with predictions of scikit-learn 0.23 to 1.9. <c>fixtures/sklearn/make.py</c> creates models and predictions;
/// the variable SKLEARN_MODELS names a directory of others.
/// </summary>
public sealed class SklearnParityTests(ITestOutputHelper output) : IDisposable
{
    // The tolerance that the command states: absolute for probabilities, relative for larger values.
    private const double Tolerance = 1e-12;

    private static readonly string Fixtures = Environment.GetEnvironmentVariable("SKLEARN_MODELS") is { Length: > 0 } directory
        ? directory
        : Checkout.PathOf(Path.Combine("tests", "ModelTools.Tests", "fixtures", "sklearn"));

    private readonly TemporaryFolder _directory = new();

    public static TheoryData<string> Models => [.. Directory.GetFiles(Fixtures, "*.model").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Models))]
    public void Predictions_equal_those_of_scikit_learn(string name)
    {
        var converted = _directory.Below("out");
        using var error = new StringWriter();
        var kind = name.Contains("-rev-", StringComparison.Ordinal) ? "revscoring" : "sklearn";
        Assert.True(IsvcProgram.Run(["convert", kind, Path.Combine(Fixtures, name + ".model"), "--output", converted], TextWriter.Null, error) == 0, error.ToString());
        var fixture = JsonNode.Parse(File.ReadAllText(Path.Combine(Fixtures, name + ".json")))!;
        var rows = fixture["rows"]!.AsArray();
        var values = rows.SelectMany(row => row!.AsArray()).Select(value => value?.GetValue<double>() ?? double.NaN).ToArray();

        using var response = ConvertedGraph.Run(converted, values, rows.Count);

        var isClassifier = response.Outputs.Any(found => found.Name == "probabilities");
        var found = response[isClassifier ? "probabilities" : "variable"].Values<double>();
        var expected = fixture["expected"]!.AsArray().SelectMany(row => row!.AsArray()).Select(value => value!.GetValue<double>()).ToArray();
        Assert.Equal(expected.Length, found.Length);
        var largest = 0.0;
        for (var index = 0; index < expected.Length; index++)
            largest = Math.Max(largest, Math.Abs(expected[index] - found[index]) / Math.Max(1, Math.Abs(expected[index])));
        output.WriteLine(FormattableString.Invariant($"{name}: {rows.Count} rows, largest difference {largest:e1}"));
        Assert.InRange(largest, 0, Tolerance);
        if (isClassifier) Assert.Equal(fixture["labels"]!.AsArray().Select(label => Written(label!.GetValue<string>())), File.ReadAllLines(Path.Combine(converted, "labels.txt")));
    }

    // Python's spelling of booleans and floats.
    private static string Written(string label) => label switch { "True" => "true", "False" => "false", _ when label.EndsWith(".0", StringComparison.Ordinal) => label[..^2], _ => label };
}
