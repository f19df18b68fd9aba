using System.Text.Json;
using System.Text.Json.Serialization;
using InferenceServices.Contracts.Serving;

namespace InferenceServices.Services.Revscoring;

/// <summary>A revision to score, by id or by change event.</summary>
/// <remarks>Fields accept any JSON, so that errors have the messages of Lift Wing.</remarks>
internal sealed record RevscoringRequest : IExample<RevscoringRequest>
{
    /// <summary>A page_change or revision/create event; replaces <see cref="RevId"/>.</summary>
    public JsonElement Event { get; init; }

    /// <summary>Revision id.</summary>
    public JsonElement RevId { get; init; }

    /// <summary>Whether to return the values of base features.</summary>
    public JsonElement ExtendedOutput { get; init; }

    /// <summary>Feature values to use instead of computed ones, by name, as in an extended response.</summary>
    public JsonElement Features { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public static RevscoringRequest Example { get; } = new() { RevId = JsonSerializer.SerializeToElement(12345, RevscoringJson.Default.Int32) };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(RevscoringRequest))]
[JsonSerializable(typeof(RevscoringAnswer))]
[JsonSerializable(typeof(int))]
internal sealed partial class RevscoringJson : JsonSerializerContext;
