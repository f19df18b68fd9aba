using System.Text.Json;
using System.Text.Json.Nodes;

namespace InferenceServices.ModelTools.Tune;

/// <summary>A model with its <c>model-settings.json</c>, and copies of it with other settings. Copies link to the files of the model.</summary>
internal sealed class TunedModel : IDisposable
{
    private const string SettingsName = "model-settings.json";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip };

    private readonly string _folder;
    private readonly JsonObject _settings;
    private readonly DirectoryInfo _copies = Directory.CreateTempSubdirectory("isvc-tune");

    /// <param name="path">A model file, or the folder that contains it.</param>
    /// <exception cref="ModelFileException">There is no model, or its settings are not those of a model-settings.json.</exception>
    public TunedModel(string path)
    {
        _folder = Path.GetFullPath(Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!);
        if (!File.Exists(path) && !(Directory.Exists(path) && Directory.EnumerateFiles(path).Any(static file => Path.GetExtension(file) is ".onnx" or ".ort")))
            throw new ModelFileException($"{path} should be an .onnx or .ort file, or the folder that contains it; the folder of a version if the model has several");
        SettingsPath = FindSettings(_folder);
        _settings = Read(SettingsPath);
        Name = _settings["name"] is JsonValue name && name.TryGetValue<string>(out var text) ? text : "model";
    }

    /// <summary>Gets the name of the model in requests.</summary>
    public string Name { get; }

    /// <summary>Gets the path of the settings, which may not exist.</summary>
    public string SettingsPath { get; }

    /// <summary>Creates a folder of the model with other settings. It has a batch size above 1 only if the current settings have one: otherwise the server should test whether rows are independent.</summary>
    /// <param name="settings">The settings; null for the current ones.</param>
    /// <returns>Path of the folder.</returns>
    public string CopyWith(TuneSettings? settings)
    {
        var copy = _copies.CreateSubdirectory(Path.GetRandomFileName()).FullName;
        foreach (var entry in Directory.EnumerateFileSystemEntries(_folder).Where(static entry => Path.GetFileName(entry) != SettingsName))
            File.CreateSymbolicLink(Path.Combine(copy, Path.GetFileName(entry)), entry);
        File.WriteAllText(Path.Combine(copy, SettingsName), Merge(settings, hasBatches: false));
        return copy;
    }

    /// <summary>Writes settings beside the model; other settings in the file are retained.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="hasBatches">Whether the server found that rows are independent, and ran batches. A batch size above 1 declares this, so it is not written otherwise.</param>
    public void Write(TuneSettings settings, bool hasBatches)
    {
        var temporary = $"{SettingsPath}.{Path.GetRandomFileName()}.partial";
        File.WriteAllText(temporary, Merge(settings, hasBatches));
        File.Move(temporary, SettingsPath, overwrite: true);
    }

    public void Dispose() => _copies.Delete(recursive: true);

    private bool DeclaresBatches => _settings["max_batch_size"] is JsonValue size && size.TryGetValue<int>(out var rows) && rows > 1;

    // Settings of a version folder replace those of the model's folder, so the existing file is the one to change.
    private static string FindSettings(string folder)
    {
        var own = Path.Combine(folder, SettingsName);
        if (File.Exists(own)) return own;
        var isVersion = Path.GetFileName(folder).All(char.IsAsciiDigit);
        var parent = isVersion ? Path.GetDirectoryName(folder)! : folder;
        if (File.Exists(Path.Combine(parent, "config.pbtxt")))
            throw new ModelFileException($"{parent} has a config.pbtxt, which a model-settings.json would replace; copy its settings to {SettingsName} first");
        return isVersion && File.Exists(Path.Combine(parent, SettingsName)) ? Path.Combine(parent, SettingsName) : own;
    }

    private static JsonObject Read(string path)
    {
        if (!File.Exists(path)) return [];
        try
        {
            return JsonNode.Parse(File.ReadAllBytes(path), documentOptions: Lenient) as JsonObject ?? throw new ModelFileException($"{path} should be a JSON object");
        }
        catch (JsonException exception)
        {
            throw new ModelFileException($"{path} cannot be read at line {exception.LineNumber + 1}: not JSON");
        }
    }

    private string Merge(TuneSettings? settings, bool hasBatches)
    {
        var merged = _settings.DeepClone().AsObject();
        if (settings is not null)
        {
            if (hasBatches || DeclaresBatches || settings.MaxBatchSize == 1) merged["max_batch_size"] = settings.MaxBatchSize;
            if (merged["parameters"] is not JsonObject) merged["parameters"] = new JsonObject();
            merged["parameters"]!["intra_op_num_threads"] = settings.IntraOpNumThreads;
            merged["parameters"]!["executors"] = settings.Executors;
        }
        return merged.ToJsonString(Indented) + "\n";
    }
}
