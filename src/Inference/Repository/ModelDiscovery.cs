using System.Globalization;
using InferenceServices.Configuration;
using InferenceServices.Contracts.Errors;
using InferenceServices.Onnx;

namespace InferenceServices.Inference.Repository;

/// <summary>
/// Finds models on disk: a file; <c>dir/model.onnx</c>; the only <c>dir/*.onnx</c>; <c>.ort</c> instead of <c>.onnx</c>; <c>dir/VERSION/</c> with
/// one of those; or <c>dir/MODEL/</c> with any of those, which is the only layout of a multi-model server. Names in requests are compared with the
/// names that were found; no path is built from them.
/// </summary>
public static class ModelDiscovery
{
    // .ort is ONNX Runtime's own format: already optimized, fast to load.
    private static readonly string[] Extensions = [".onnx", ".ort"];

    // fsck creates this folder in the root of a volume.
    private const string LostAndFound = "lost+found";

    /// <summary>Finds the file of the only model in a directory.</summary>
    /// <param name="path">The directory, in any layout of a server's model directory.</param>
    /// <returns>The file; of several versions, the highest.</returns>
    /// <exception cref="ModelLoadException">There is no model, or more than one, or its settings cannot be read.</exception>
    public static string FindModelFile(string path)
        => Find(new InferenceOptions { ModelDir = path }) switch
        {
            [{ Failure: { } failure }] => throw failure,
            [var model] => model.Versions[^1].Path,
            [] => throw NotFound(path),
            var models => throw new ModelLoadException($"{path} has {models.Count} models: {string.Join(", ", models.Select(model => model.Name))}."),
        };

    /// <summary>Finds all models, ordered by folder name.</summary>
    /// <param name="options">The model directory, and the name of a single model whose settings contain none.</param>
    /// <param name="onSkipped">Receives each folder of a directory of models that is not a model, and the reason; null to ignore them.</param>
    /// <returns>Empty when nothing was found. A model that cannot be read is included with its failure and does not hide other models.</returns>
    /// <exception cref="ModelLoadException">The model directory cannot be read.</exception>
    internal static IReadOnlyList<DiscoveredModel> Find(InferenceOptions options, Action<string, string>? onSkipped = null)
    {
        var policy = VersionPolicy.Parse(options.ModelVersions);
        try
        {
            return [.. Merge(FindAll(options, onSkipped)).Select(model => Choose(CheckName(model), policy))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelLoadException($"{options.ModelDir} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Creates the start-up error for a directory without models.</summary>
    internal static ModelLoadException NotFound(string path)
        => new(Directory.Exists(path)
            ? $"There is no model in {path}; expected model.onnx, one *.onnx, VERSION/model.onnx, or MODEL/ folders of those.{(ModelFileFormat.FindOtherModel(path) is { } other ? $" {other}." : "")}"
            : $"There is no file or directory {path}; --model_dir should name an .onnx file or a directory with one.");

    private static IReadOnlyList<DiscoveredModel> FindAll(InferenceOptions options, Action<string, string>? onSkipped)
    {
        var path = options.ModelDir;
        if (!options.MultiModelServer)
        {
            var single = FindIn(path, options.ModelName);
            if (single.Count > 0) return single;
        }
        if (!Directory.Exists(path)) return [];
        DiscoveredModel[] found = [.. Directory.GetDirectories(path)
            .Order(StringComparer.Ordinal)
            // Kubernetes mounts the files of a volume through hidden folders.
            .Where(folder => !Path.GetFileName(folder).StartsWith('.'))
            .SelectMany(folder => FindInFolder(folder, onSkipped))];
        // onnx/model.onnx of Hugging Face, resnet/1/model.onnx of Triton: one model below a folder whose name clients do not know.
        return !options.MultiModelServer && options.ModelName != ModelOptions.DefaultModelName && found is [{ IsNamedByFolder: true } only] ? [only.Rename(options.ModelName)] : found;
    }

    private static IReadOnlyList<DiscoveredModel> FindInFolder(string folder, Action<string, string>? onSkipped)
    {
        var name = Path.GetFileName(folder);
        if (name == LostAndFound)
        {
            onSkipped?.Invoke(folder, "the folder belongs to the file system.");
            return [];
        }
        try
        {
            var models = FindIn(folder, name);
            if (models.Count == 0) onSkipped?.Invoke(folder, "the folder has no model.");
            return models;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            onSkipped?.Invoke(folder, exception.Message);
            return [];
        }
    }

    private static IReadOnlyList<DiscoveredModel> FindIn(string path, string name)
    {
        try
        {
            return [.. FindFiles(path, name).GroupBy(file => file.Name).Select(versions => new DiscoveredModel(versions.Key, [.. versions]))];
        }
        catch (ModelLoadException exception)
        {
            return [new DiscoveredModel(name, [], exception)];
        }
    }

    // Settings may turn several folders into versions of one model.
    private static IEnumerable<DiscoveredModel> Merge(IReadOnlyList<DiscoveredModel> found)
        => found.GroupBy(model => model.Name).Select(parts => Merge(parts.Key, [.. parts]));

    private static DiscoveredModel Merge(string name, DiscoveredModel[] parts)
    {
        ModelFile[] versions = [.. parts.SelectMany(part => part.Versions).OrderBy(file => ParseVersion(file.Version) ?? 0)];
        var failure = parts.Select(part => part.Failure).FirstOrDefault(failure => failure is not null);
        var twin = versions.GroupBy(file => file.Version).FirstOrDefault(group => group.Count() > 1);
        if (twin is not null) failure ??= new ModelLoadException($"Model {name} version {twin.Key} exists twice: {string.Join(" and ", twin.Select(file => file.Path))}.");
        return new DiscoveredModel(name, versions, failure);
    }

    // A name with a slash cannot be part of a URL: servers and proxies disagree about %2F.
    private static DiscoveredModel CheckName(DiscoveredModel found)
    {
        try
        {
            ModelName.Check(found.Name);
            foreach (var file in found.Versions) ModelName.CheckVersion(file.Version);
            return found;
        }
        catch (InvalidInputException exception)
        {
            return found with { Failure = found.Failure ?? new ModelLoadException($"The name or version of the model in {(found.Versions.Count > 0 ? found.Versions[0].Path : found.Name)} cannot be part of a URL: {exception.Message}.") };
        }
    }

    private static DiscoveredModel Choose(DiscoveredModel found, VersionPolicy policy)
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
