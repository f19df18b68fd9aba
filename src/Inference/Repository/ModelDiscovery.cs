using System.Globalization;

namespace InferenceServices.Inference.Repository;

/// <summary>
/// Finds models on disk: a file; <c>dir/model.onnx</c>; a sole <c>dir/*.onnx</c>, or <c>.ort</c> for either; <c>dir/VERSION/</c> of either; or
/// <c>dir/MODEL/</c> of any of those, the only layout a multi-model server knows. What a caller names is looked up among what was found: no path
/// is ever made of it.
/// </summary>
internal static class ModelDiscovery
{
    // The second is ONNX Runtime's own: optimised once, quick to load.
    private static readonly string[] Extensions = [".onnx", ".ort"];

    /// <summary>All models there are, in the order of their folders' names.</summary>
    /// <param name="options">Where to look, and the name a single model gets unless its settings name it.</param>
    /// <returns>None where there is nothing. A model that cannot be told is there with its failure, and hides no other.</returns>
    public static IReadOnlyList<FoundModel> Find(InferenceOptions options)
    {
        var policy = VersionPolicy.Parse(options.ModelVersions);
        return [.. Merge(LookAround(options)).Select(model => Choose(model, policy))];
    }

    /// <summary>What a start that found nothing is told.</summary>
    public static ModelLoadException Nothing(string path)
        => new(Directory.Exists(path)
            ? $"There is no model in {path}; expected model.onnx, one *.onnx, VERSION/model.onnx, or MODEL/ folders of those."
            : $"There is no file or directory {path}; --model_dir should name an .onnx file or a directory with one.");

    private static IReadOnlyList<FoundModel> LookAround(InferenceOptions options)
    {
        var path = options.ModelDir;
        if (!options.MultiModelServer)
        {
            var single = Look(path, options.ModelName);
            if (single.Count > 0) return single;
        }
        if (!Directory.Exists(path)) return [];
        return [.. Directory.GetDirectories(path)
            .Order(StringComparer.Ordinal)
            // Kubernetes mounts a volume's files through hidden folders beside them.
            .Where(folder => !Path.GetFileName(folder).StartsWith('.'))
            .SelectMany(folder => Look(folder, Path.GetFileName(folder)))];
    }

    private static IReadOnlyList<FoundModel> Look(string path, string name)
    {
        try
        {
            return [.. FindFiles(path, name).GroupBy(file => file.Name).Select(versions => new FoundModel(versions.Key, [.. versions]))];
        }
        catch (ModelLoadException exception)
        {
            return [new FoundModel(name, [], exception)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [new FoundModel(name, [], new ModelLoadException($"{path} cannot be read.", exception))];
        }
    }

    // Settings may make versions of one model out of several folders.
    private static IEnumerable<FoundModel> Merge(IReadOnlyList<FoundModel> found)
        => found.GroupBy(model => model.Name).Select(parts => Merge(parts.Key, [.. parts]));

    private static FoundModel Merge(string name, FoundModel[] parts)
    {
        ModelFile[] versions = [.. parts.SelectMany(part => part.Versions).OrderBy(file => ParseVersion(file.Version) ?? 0)];
        var failure = parts.Select(part => part.Failure).FirstOrDefault(failure => failure is not null);
        var twin = versions.GroupBy(file => file.Version).FirstOrDefault(group => group.Count() > 1);
        if (twin is not null) failure ??= new ModelLoadException($"Model {name} version {twin.Key} is there twice: {string.Join(" and ", twin.Select(file => file.Path))}.");
        return new FoundModel(name, versions, failure);
    }

    private static FoundModel Choose(FoundModel found, VersionPolicy policy)
    {
        if (found.Versions.Select(file => file.Common).FirstOrDefault(common => common?.Parameters?.Versions is not null) is { } common)
        {
            var versions = common.Parameters!.Versions!;
            if (!VersionPolicy.IsValid(versions))
                return found with { Failure = new ModelLoadException($"{common.Path}: parameters.versions should be {VersionPolicy.Expected}, got '{versions}'.") };
            policy = VersionPolicy.Parse(versions);
        }
        return policy.Apply(found);
    }

    private static IEnumerable<ModelFile> FindFiles(string path, string name)
    {
        if (File.Exists(path)) return [Describe(path, Path.GetDirectoryName(Path.GetFullPath(path))!, name)];
        if (!Directory.Exists(path)) return [];
        if (FindFile(path) is { } file) return [Describe(file, path, name)];

        var versions = Directory.GetDirectories(path)
            .Select(version => (Folder: version, Number: ParseVersion(Path.GetFileName(version))))
            .Where(version => version.Number is not null)
            .OrderBy(version => version.Number)
            .Select(version => (version.Folder, File: FindFile(version.Folder)))
            .Where(version => version.File is not null)
            .ToArray();
        if (versions.Length == 0) return [];
        var common = ModelSettings.Find(path);
        return versions.Select(version => Describe(version.File!, version.Folder, common?.Name ?? name, common) with { Version = Path.GetFileName(version.Folder) });
    }

    private static string? FindFile(string folder)
    {
        foreach (var extension in Extensions)
        {
            var named = Path.Combine(folder, "model" + extension);
            if (File.Exists(named)) return named;
        }
        var files = Directory.GetFiles(folder).Where(file => Extensions.Contains(Path.GetExtension(file))).ToArray();
        return files.Length <= 1
            ? files.FirstOrDefault()
            : throw new ModelLoadException(
                $"{folder} has {files.Length} models and none is called model.onnx: {string.Join(", ", files.Select(Path.GetFileName).Order(StringComparer.Ordinal))}.");
    }

    private static ModelFile Describe(string file, string folder, string name, ModelSettings? common = null)
    {
        var settings = ModelSettings.Find(folder) ?? common ?? new ModelSettings();
        return new ModelFile(settings.Name ?? name, settings.Parameters?.Version ?? "1", file, settings, common);
    }

    private static long? ParseVersion(string folderName)
        => long.TryParse(folderName, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
