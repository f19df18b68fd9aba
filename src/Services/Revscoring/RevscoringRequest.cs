using System.Text.Json;
using System.Text.Json.Serialization;
using InferenceServices.Contracts.Serving;

namespace InferenceServices.Services.Revscoring;

/// <summary>A revision to be scored: by its id, or by the event that told of it.</summary>
/// <remarks>Fields are any JSON: what is wrong with them is said in Lift Wing's words.</remarks>
internal sealed record RevscoringRequest : IExample<RevscoringRequest>
{
    /// <summary>A page_change or revision/create event; it says which revision, and <see cref="RevId"/> is not looked at.</summary>
    public JsonElement Event { get; init; }

    /// <summary>The revision's id.</summary>
    public JsonElement RevId { get; init; }

    /// <summary>Whether the answer holds the values the features were made of.</summary>
    public JsonElement ExtendedOutput { get; init; }

    /// <summary>Values to take for features instead of the revision's own, by name, as an extended answer has them.</summary>
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
