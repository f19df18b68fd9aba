using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Explanations.Requests;

namespace InferenceServices.Explanations.Tabular;

/// <summary>Rows that stand for features which are left out: the score then is the mean over them.</summary>
/// <param name="Rows">At least one, all of one width.</param>
/// <param name="Source"><c>request</c>, <c>server</c> or <c>zeros</c>.</param>
public sealed record Background(IReadOnlyList<double[]> Rows, string Source)
{
    /// <summary>Reads a background from a JSON file: a list of rows of numbers, null for a missing value.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="StartException">The file does not contain rows of numbers of one length.</exception>
    public static Background Load(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            if (document.RootElement.ValueKind != JsonValueKind.Array) throw new InvalidInputException("it is no list");
            double[][] rows = [.. document.RootElement.EnumerateArray().Select(row => ExplainParameters.Row("its content", row))];
            if (rows.Length == 0 || rows.Any(row => row.Length != rows[0].Length)) throw new InvalidInputException("its rows should be of one length, and one at least");
            return new Background(rows, "server");
        }
        catch (Exception exception) when (exception is JsonException or InvalidInputException)
        {
            throw new StartException($"{path} should be a JSON list of rows of numbers: {exception.Message}", exception);
        }
    }

    /// <summary>What a request named, else the server's, else zeros.</summary>
    /// <exception cref="InvalidInputException">Rows of another width than the model's features: 400.</exception>
    internal static Background For(ExplainParameters parameters, Background? server, FeatureTable table)
    {
        if (parameters.Background is { } rows)
        {
            return rows.All(row => row.Length == table.Width) ? new Background(rows, "request")
                : throw new InvalidInputException($"explain.background should have rows of {table.Width} numbers, got one of {rows.First(row => row.Length != table.Width).Length}.");
        }
        return server is not null && server.Rows[0].Length == table.Width ? server : new Background([new double[table.Width]], "zeros");
    }
}
