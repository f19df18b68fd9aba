using System.Text.Json.Serialization;

namespace InferenceServices.MediaWiki.Client.Api;

internal sealed record ApiGeneral(
    [property: JsonPropertyName("wikiid")] string? WikiId,
    [property: JsonPropertyName("generator")] string? Generator,
    [property: JsonPropertyName("lang")] string? Language);
