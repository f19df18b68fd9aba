using System.Text.Json.Serialization;

namespace InferenceServices.MediaWiki.Client.Api;

/// <summary>An error of the REST API.</summary>
/// <param name="ErrorKey">Stable; older errors have none.</param>
/// <param name="Messages">By language.</param>
internal sealed record RestError(
    [property: JsonPropertyName("errorKey")] string? ErrorKey,
    [property: JsonPropertyName("messageTranslations")] IReadOnlyDictionary<string, string?>? Messages);
