using System.Text.Json.Serialization;

namespace InferenceServices.MediaWiki.Client.Api;

internal sealed record ApiLink(
    [property: JsonPropertyName("ns")] int? Namespace,
    [property: JsonPropertyName("title")] string? Title,
    [property: JsonPropertyName("exists")] bool Exists);
