using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Explanations.Requests;

namespace InferenceServices.Explanations.Tabular;

/// <summary>Rows of values for unknown features. The score of a coalition is the mean over these rows.</summary>
/// <param name="Rows">Rows; at least one, all of the same width.</param>
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
            if (document.RootElement.ValueKind != JsonValueKind.Array) throw new InvalidInputException("it is not a list");
            double[][] rows = [.. document.RootElement.EnumerateArray().Select(row => ExplainParameters.Row("its content", row))];
            if (rows.Length == 0 || rows.Any(row => row.Length != rows[0].Length)) throw new InvalidInputException("there should be at least one row, and all rows should have the same length");
            return new Background(rows, "server");
        }
        catch (Exception exception) when (exception is JsonException or InvalidInputException)
        {
            throw new StartException($"{path} should be a JSON list of rows of numbers: {exception.Message}", exception);
        }
    }

    /// <summary>Returns the background of the request, otherwise of the server, otherwise a row of zeros.</summary>
    /// <exception cref="InvalidInputException">The width of the rows differs from the number of features: 400.</exception>
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
