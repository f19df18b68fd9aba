using System.Diagnostics;
using System.Globalization;

namespace InferenceServices.ModelTools.Tests;

/// <summary>Runs Debian's <c>fasttext</c> 0.9.2, the reference of every comparison.</summary>
internal static class FastTextCli
{
    /// <summary>Runs a command, for example a training.</summary>
    public static string Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("fasttext", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("fasttext did not start");
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"fasttext {arguments[0]}: {errors.Result}");
    }

    /// <returns>For every text, its labels without prefix, most probable first, with the printed probability (six significant digits).</returns>
    public static (string Label, float Probability)[][] Predict(string model, string directory, IEnumerable<string> texts, int labels)
    {
        var file = Path.Combine(directory, "texts.txt");
        File.WriteAllLines(file, texts);
        return [.. Run("predict-prob", model, file, labels.ToString(CultureInfo.InvariantCulture))
            .Split('\n')[..^1]
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Chunk(2)
                .Select(pair => (pair[0]["__label__".Length..], float.Parse(pair[1], CultureInfo.InvariantCulture))).ToArray())];
    }
}
