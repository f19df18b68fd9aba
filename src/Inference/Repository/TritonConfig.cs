using System.Globalization;
using System.Text.Json;

namespace InferenceServices.Inference.Repository;

/// <summary>Reads the settings of Triton's <c>config.pbtxt</c> that have a counterpart here.</summary>
/// <remarks>Triton, <c>model_config.proto</c>.</remarks>
internal static class TritonConfig
{
    public const string FileName = "config.pbtxt";

    // Fields that describe the model; the ONNX file is the authority.
    private static readonly HashSet<string> Descriptions =
    [
        "name", "platform", "backend", "runtime", "max_batch_size", "version_policy", "dynamic_batching", "instance_group", "input", "output",
        "dynamic_batching.max_queue_delay_microseconds", "dynamic_batching.preferred_batch_size", "instance_group.count", "instance_group.name",
        "input.name", "input.data_type", "input.dims", "input.format", "output.name", "output.data_type", "output.dims", "output.label_filename",
        "version_policy.latest", "version_policy.all", "version_policy.specific",
    ];

    /// <summary>Parses the file.</summary>
    /// <exception cref="FormatException">The text is not in protobuf's text format, or a value is of another type; the message has the line or the field.</exception>
    public static ModelSettings Parse(string text)
    {
        var config = TextFormat.Parse(text);
        var counts = config.Messages("instance_group").SelectMany(group => group.Texts("count")).Select(count => (long)Number("instance_group.count", count)).ToArray();
        var delay = config.Messages("dynamic_batching").SelectMany(batching => batching.Texts("max_queue_delay_microseconds")).LastOrDefault();
        return new ModelSettings(
            Name: config.Texts("name").LastOrDefault(),
            Parameters: new ModelParameters(Executors: counts.Length == 0 ? null : (int)Math.Min(counts.Sum(), int.MaxValue), Versions: Versions(config.Messages("version_policy").LastOrDefault())),
            MaxBatchSize: config.Texts("max_batch_size").LastOrDefault() is { } size ? Math.Max(1, Number("max_batch_size", size)) : null,
            MaxBatchTime: delay is null ? null : Number("dynamic_batching.max_queue_delay_microseconds", delay) / 1e6,
            Labels: Labels(config))
        {
            Ignored = [.. Ignored(config).Distinct().Order(StringComparer.Ordinal)],
        };
    }

    private static string? Versions(TextFormat? policy)
    {
        if (policy is null) return null;
        if (policy.Messages("specific").LastOrDefault() is { } specific) return string.Join(',', specific.Texts("versions"));
        if (policy.Messages("latest").LastOrDefault() is { } latest) return $"latest:{latest.Texts("num_versions").LastOrDefault() ?? "1"}";
        return "all";
    }

    private static Dictionary<string, JsonElement>? Labels(TextFormat config)
    {
        Dictionary<string, JsonElement> labels = new(StringComparer.Ordinal);
        foreach (var output in config.Messages("output"))
        {
            if (output.Texts("name").LastOrDefault() is { } name && output.Texts("label_filename").LastOrDefault() is { Length: > 0 } file)
                labels[name] = JsonSerializer.SerializeToElement(file, ModelSettingsJson.Default.String);
        }
        return labels.Count == 0 ? null : labels;
    }

    private static IEnumerable<string> Ignored(TextFormat config)
    {
        foreach (var (name, child) in config.Fields)
        {
            if (!Descriptions.Contains(name)) yield return name;
            else if (child is not null && name != "version_policy")
                foreach (var nested in child.Fields.Select(field => $"{name}.{field.Name}").Where(nested => !Descriptions.Contains(nested))) yield return nested;
        }
    }

    private static int Number(string field, string value)
        => int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"{field} should be a whole number, got '{value}'");
}
