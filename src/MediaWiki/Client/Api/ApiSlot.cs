using System.Text.Json.Serialization;

namespace InferenceServices.MediaWiki.Client.Api;

internal sealed record ApiSlot
{
    [JsonPropertyName("contentmodel")]
    public string? ContentModel { get; init; }

    [JsonPropertyName("content")]
    public string? Content { get; init; }

    [JsonPropertyName("texthidden")]
    public bool IsTextHidden { get; init; }
}
