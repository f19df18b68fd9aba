using System.Text.Json;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Inference.Repository;

/// <summary>Reads the labels of a model's outputs from <c>model-settings.json</c>: a list, or the name of a file beside the model with one label per line.</summary>
internal static class OutputLabels
{
    /// <summary>Returns the outputs with their labels.</summary>
    /// <param name="file">The model and its settings.</param>
    /// <param name="outputs">The outputs that the graph declares.</param>
    /// <exception cref="ModelLoadException">The graph does not have the output, a file cannot be read, or the value is neither a file name nor a list.</exception>
    public static IReadOnlyList<TensorMetadata> AddTo(ModelFile file, IReadOnlyList<TensorMetadata> outputs)
    {
        if (file.Settings.Labels is not { Count: > 0 } labels) return outputs;
        var unknown = labels.Keys.FirstOrDefault(name => outputs.All(output => output.Name != name));
        if (unknown is not null)
        {
            throw new ModelLoadException(
                $"{file.Settings.Path} has labels for '{unknown}', which is not an output of {file.Path}; its outputs are {string.Join(", ", outputs.Select(output => output.Name))}.");
        }
        return [.. outputs.Select(output => labels.TryGetValue(output.Name, out var value) ? output with { Labels = Read(file, output.Name, value) } : output)];
    }

    private static string[] Read(ModelFile file, string output, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String) return ReadFile(file, output, value.GetString()!);
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(label => label.ValueKind == JsonValueKind.String))
            return [.. value.EnumerateArray().Select(label => label.GetString()!)];
        throw new ModelLoadException($"{file.Settings.Path}: labels of '{output}' should be a file's name or an array of strings.");
    }

    private static string[] ReadFile(ModelFile file, string output, string name)
    {
        // Settings come with the model and must not make the server read files outside the model's folder.
        if (name is "" or "." or ".." || Path.GetFileName(name) != name)
            throw new ModelLoadException($"{file.Settings.Path}: labels of '{output}' should be the name of a file beside it, got '{name}'.");
        try
        {
            using var lines = new StreamReader(new MemoryStream(ModelFolder.Read(file.Folder, name)));
            return [.. ReadLines(lines)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelLoadException($"{Path.Combine(file.Folder, name)} cannot be read, though {file.Settings.Path} names it for the labels of '{output}'.", exception);
        }
    }

    private static IEnumerable<string> ReadLines(StreamReader reader)
    {
        while (reader.ReadLine() is { } line) yield return line;
    }
}
