using System.Text.Json.Serialization;

namespace InferenceServices.MediaWiki.Client.Api;

internal sealed record ApiPage
{
    [JsonPropertyName("pageid")]
    public long? PageId { get; init; }

    [JsonPropertyName("ns")]
    public int Namespace { get; init; }

    [JsonPropertyName("title")]
    public string? Title { get; init; }

    [JsonPropertyName("missing")]
    public bool IsMissing { get; init; }

    [JsonPropertyName("invalid")]
    public bool IsInvalid { get; init; }

    [JsonPropertyName("invalidreason")]
    public string? InvalidReason { get; init; }

    [JsonPropertyName("revisions")]
    public IReadOnlyList<ApiRevision?>? Revisions { get; init; }
}
