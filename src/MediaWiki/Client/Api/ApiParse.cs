using System.Text.Json.Serialization;

namespace InferenceServices.MediaWiki.Client.Api;

internal sealed record ApiParse
{
    [JsonPropertyName("title")]
    public string? Title { get; init; }

    [JsonPropertyName("pageid")]
    public long? PageId { get; init; }

    [JsonPropertyName("links")]
    public IReadOnlyList<ApiLink?>? Links { get; init; }
}
