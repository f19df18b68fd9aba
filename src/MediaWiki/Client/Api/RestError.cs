using System.Text.Json.Serialization;

namespace InferenceServices.MediaWiki.Client.Api;

/// <summary>Error of the REST API.</summary>
/// <param name="ErrorKey">Stable error key; absent in older errors.</param>
/// <param name="Messages">Messages by language.</param>
internal sealed record RestError(
    [property: JsonPropertyName("errorKey")] string? ErrorKey,
    [property: JsonPropertyName("messageTranslations")] IReadOnlyDictionary<string, string?>? Messages);
