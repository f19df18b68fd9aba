using System.Text.Json;
using InferenceServices.Explanations.Attribution.TreeShap;

namespace InferenceServices.Benchmarks;

/// <summary>Explains the rows of the tests, for a model of 700 trees of depth 5.</summary>
internal static class TreeShapRows
{
    public const int Features = 9;

    private const string Fixture = "tests/Explanations.Tests/fixtures/enwiki-reverted";

    public static TreeShapModel Load()
        => TreeShapModel.TryLoad(Repository.Path(Fixture + ".onnx")) ?? throw new InvalidOperationException("The model's trees were not found.");

    public static float[][] Read()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Repository.Path(Fixture + ".expected.json")));
        return [.. document.RootElement.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("values").EnumerateArray().Select(value => value.GetSingle()).ToArray())];
    }

    /// <summary>Prints rows per second of CPU time of one thread, one value per round.</summary>
    public static void Run(int rounds)
    {
        var (model, rows, attributions) = (Load(), Read(), new double[Features]);
        for (var round = -2; round < rounds; round++)
        {
            var before = Environment.CpuUsage.TotalTime;
            for (var pass = 0; pass < 20; pass++)
                foreach (var row in rows) model.Attribute(row, attributions);
            // The first rounds are warm-up for the JIT compiler.
            if (round >= 0) Console.WriteLine((20 * rows.Length / (Environment.CpuUsage.TotalTime - before).TotalSeconds).ToString("F0", null));
        }
    }
}
