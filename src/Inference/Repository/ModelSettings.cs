using System.Text.Json;
using System.Text.Json.Serialization;

namespace InferenceServices.Inference.Repository;

/// <summary>What <c>model-settings.json</c> beside a model may say; unknown keys are left alone, so that MLServer's files can be used.</summary>
/// <param name="Name">Instead of the folder's name or <c>--model_name</c>.</param>
/// <param name="WarmUp">Whether to run the model once before it is ready.</param>
/// <param name="Parameters">MLServer's nested settings.</param>
/// <param name="MaxBatchSize">Instead of <c>--max_batch_size</c>; more than 1 also says that the model's rows do not depend on each other, which is then not tried.</param>
/// <param name="MaxBatchTime">Seconds; instead of <c>--max_latency</c>.</param>
/// <param name="Labels">By output: a file beside the model with one label a line, or the labels themselves.</param>
/// <remarks>Names as in MLServer's <c>ModelSettings</c> where it has the setting.</remarks>
internal sealed record ModelSettings(
    string? Name = null,
    bool WarmUp = true,
    ModelParameters? Parameters = null,
    int? MaxBatchSize = null,
    double? MaxBatchTime = null,
    IReadOnlyDictionary<string, JsonElement>? Labels = null)
{
    public const string FileName = "model-settings.json";

    /// <summary>The file they come from.</summary>
    [JsonIgnore]
    public string Path { get; private init; } = FileName;

    /// <returns>Null where there is no such file.</returns>
    public static ModelSettings? Find(string directory)
    {
        var path = System.IO.Path.Combine(directory, FileName);
        if (!File.Exists(path)) return null;
        try
        {
            var settings = JsonSerializer.Deserialize(File.ReadAllBytes(path), ModelSettingsJson.Default.ModelSettings)
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
/// <param name="Version">The version requests may name.</param>
/// <param name="IntraOpNumThreads">Instead of <c>--intra_op_num_threads</c>.</param>
/// <param name="Executors">Instead of <c>--executors</c>.</param>
/// <param name="QueueCapacity">Instead of <c>--queue_capacity</c>.</param>
/// <param name="Versions">Instead of <c>--model_versions</c>; in the file beside the folders of versions.</param>
internal sealed record ModelParameters(
    string? Version = null, int? IntraOpNumThreads = null, int? Executors = null, int? QueueCapacity = null, string? Versions = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, ReadCommentHandling = JsonCommentHandling.Skip)]
[JsonSerializable(typeof(ModelSettings))]
internal sealed partial class ModelSettingsJson : JsonSerializerContext;
