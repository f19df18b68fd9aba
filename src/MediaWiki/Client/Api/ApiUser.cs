using System.Text.Json.Serialization;

namespace InferenceServices.MediaWiki.Client.Api;

internal sealed record ApiUser
{
    [JsonPropertyName("userid")]
    public long? Id { get; init; }

    [JsonPropertyName("name")]
    public string? Name { get; init; }

    [JsonPropertyName("missing")]
    public bool IsMissing { get; init; }

    [JsonPropertyName("invalid")]
    public bool IsInvalid { get; init; }

    [JsonPropertyName("editcount")]
    public long EditCount { get; init; }

    [JsonPropertyName("registration")]
    public DateTimeOffset? Registration { get; init; }

    [JsonPropertyName("groups")]
    public IReadOnlyList<string?>? Groups { get; init; }
}
