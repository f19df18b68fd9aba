using System.Globalization;

namespace InferenceServices.Inference.Repository;

/// <summary>
/// Finds models on disk: a file; <c>dir/model.onnx</c>; a sole <c>dir/*.onnx</c>; <c>dir/VERSION/</c> of either; or
/// <c>dir/MODEL/</c> of any of those.
/// </summary>
internal static class ModelDiscovery
{
    /// <summary>All versions of all models below a path, a model's lowest version first.</summary>
    /// <param name="path">A file or a directory.</param>
    /// <param name="modelName">The name a single model gets unless its settings name it.</param>
    /// <returns>At least one.</returns>
    /// <exception cref="ModelLoadException">Nothing there, nothing unambiguous, or two models of one name.</exception>
    public static IReadOnlyList<ModelFile> Find(string path, string modelName)
    {
        if (File.Exists(path))
        {
            return [Describe(path, Path.GetDirectoryName(Path.GetFullPath(path))!, modelName, version: null)];
        }
        if (!Directory.Exists(path))
        {
            throw new ModelLoadException($"There is no file or directory {path}; --model_dir should name an .onnx file or a directory with one.");
        }

        var single = FindModel(path, modelName);
        if (single.Count > 0) return single;

        var repository = new List<ModelFile>();
        foreach (var folder in Directory.GetDirectories(path).Order(StringComparer.Ordinal))
        {
            repository.AddRange(FindModel(folder, Path.GetFileName(folder)));
        }
        if (repository.Count == 0)
        {
            throw new ModelLoadException(
                $"There is no model in {path}; expected model.onnx, one *.onnx, VERSION/model.onnx, or MODEL/ folders of those.");
        }
        var twin = repository.GroupBy(file => (file.Name, file.Version)).FirstOrDefault(group => group.Count() > 1);
        // Settings may make versions of one model out of several folders.
        return twin is null
            ? [.. repository.GroupBy(file => file.Name).SelectMany(versions => versions.OrderBy(file => ParseVersion(file.Version) ?? 0))]
            : throw new ModelLoadException($"Model {twin.Key.Name} version {twin.Key.Version} is there twice: {string.Join(" and ", twin.Select(f => f.Path))}.");
    }

    private static List<ModelFile> FindModel(string folder, string name)
    {
        if (FindFile(folder) is { } file) return [Describe(file, folder, name, version: null)];

        return [.. Directory.GetDirectories(folder)
            .Select(version => (Folder: version, Number: ParseVersion(Path.GetFileName(version))))
            .Where(version => version.Number is not null)
            .OrderBy(version => version.Number)
            .Select(version => (version.Folder, File: FindFile(version.Folder)))
            .Where(version => version.File is not null)
            .Select(version => Describe(version.File!, version.Folder, name, Path.GetFileName(version.Folder)))];
    }

    private static string? FindFile(string folder)
    {
        var named = Path.Combine(folder, "model.onnx");
        if (File.Exists(named)) return named;
        var files = Directory.GetFiles(folder, "*.onnx");
        return files.Length <= 1
            ? files.FirstOrDefault()
            : throw new ModelLoadException(
                $"{folder} has {files.Length} .onnx files and none is called model.onnx: {string.Join(", ", files.Select(Path.GetFileName).Order(StringComparer.Ordinal))}.");
    }

    private static ModelFile Describe(string file, string folder, string name, string? version)
    {
        var settings = ModelSettings.Read(folder);
        return new ModelFile(settings.Name ?? name, version ?? settings.Parameters?.Version ?? "1", file, settings);
    }

    private static long? ParseVersion(string folderName)
        => long.TryParse(folderName, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
