using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace InferenceServices.Inference.Repository;

/// <summary>The content of <c>model-settings.json</c> beside a model, or the same settings from Triton's <c>config.pbtxt</c>. Unknown keys are ignored, so that MLServer's files can be used.</summary>
/// <param name="Name">Overrides the folder's name and <c>--model_name</c>.</param>
/// <param name="WarmUp">Whether the model is run before it becomes ready.</param>
/// <param name="Parameters">MLServer's nested settings.</param>
/// <param name="MaxBatchSize">Overrides <c>--max_batch_size</c>. A value above 1 also confirms that the rows of a batch are independent, which is then not probed.</param>
/// <param name="MaxBatchTime">Overrides <c>--max_latency</c>, in seconds.</param>
/// <param name="Labels">By output: the name of a file beside the model with one label per line, or the list of labels.</param>
/// <remarks>Names are those of MLServer's <c>ModelSettings</c> where MLServer has the setting.</remarks>
internal sealed record ModelSettings(
    string? Name = null,
    bool WarmUp = true,
    ModelParameters? Parameters = null,
    int? MaxBatchSize = null,
    double? MaxBatchTime = null,
    IReadOnlyDictionary<string, JsonElement>? Labels = null)
{
    public const string FileName = "model-settings.json";

    /// <summary>Path of the file.</summary>
    [JsonIgnore]
    public string Path { get; private init; } = FileName;

    /// <summary>Whether the name, if there is one, is that of the model's folder, as Triton requires.</summary>
    [JsonIgnore]
    public bool HasFolderName => Name is null || IsTriton;

    /// <summary>Fields of Triton's configuration that have no effect.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Ignored { get; init; } = [];

    private bool IsTriton { get; init; }

    /// <summary>Reads the settings of a folder; <c>model-settings.json</c> takes precedence.</summary>
    /// <returns>Null when the folder has no settings file.</returns>
    public static ModelSettings? Find(string directory) => FindJson(directory) ?? FindTriton(directory);

    private static ModelSettings? FindTriton(string directory)
    {
        var path = System.IO.Path.Combine(directory, TritonConfig.FileName);
        if (!File.Exists(path)) return null;
        try
        {
            return TritonConfig.Parse(Encoding.UTF8.GetString(ModelFolder.Read(directory, TritonConfig.FileName))) with { Path = path, IsTriton = true };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelLoadException($"{path} cannot be read.", exception);
        }
        catch (FormatException exception)
        {
            throw new ModelLoadException($"{path}: {exception.Message}.", exception);
        }
    }

    private static ModelSettings? FindJson(string directory)
    {
        var path = System.IO.Path.Combine(directory, FileName);
        if (!File.Exists(path)) return null;
        try
        {
            var settings = JsonSerializer.Deserialize(ModelFolder.Read(directory, FileName), ModelSettingsJson.Default.ModelSettings)
                ?? throw new ModelLoadException($"{path} should be a JSON object, got null.");
            return settings with { Path = path };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelLoadException($"{path} cannot be read.", exception);
        }
        catch (JsonException exception)
        {
            throw new ModelLoadException($"{path} cannot be read at line {exception.LineNumber + 1}: {exception.Path ?? "not JSON"}.", exception);
        }
    }
}

/// <summary>MLServer's <c>parameters</c>.</summary>
/// <param name="Version">The version number.</param>
/// <param name="IntraOpNumThreads">Overrides <c>--intra_op_num_threads</c>.</param>
/// <param name="Executors">Overrides <c>--executors</c>.</param>
/// <param name="QueueCapacity">Overrides <c>--queue_capacity</c>.</param>
/// <param name="Versions">Overrides <c>--model_versions</c>; read from the file beside the version folders.</param>
internal sealed record ModelParameters(
    string? Version = null, int? IntraOpNumThreads = null, int? Executors = null, int? QueueCapacity = null, string? Versions = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, ReadCommentHandling = JsonCommentHandling.Skip)]
[JsonSerializable(typeof(ModelSettings))]
[JsonSerializable(typeof(string))]
internal sealed partial class ModelSettingsJson : JsonSerializerContext;
