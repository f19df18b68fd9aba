using System.Text.Json.Serialization;

namespace InferenceServices.MediaWiki.Client.Api;

internal sealed record ApiRevision
{
    [JsonPropertyName("revid")]
    public long? Id { get; init; }

    [JsonPropertyName("parentid")]
    public long ParentId { get; init; }

    [JsonPropertyName("minor")]
    public bool IsMinor { get; init; }

    [JsonPropertyName("user")]
    public string? User { get; init; }

    [JsonPropertyName("userid")]
    public long? UserId { get; init; }

    [JsonPropertyName("userhidden")]
    public bool IsUserHidden { get; init; }

    [JsonPropertyName("timestamp")]
    public DateTimeOffset? Timestamp { get; init; }

    [JsonPropertyName("size")]
    public long Size { get; init; }

    [JsonPropertyName("sha1")]
    public string? Sha1 { get; init; }

    [JsonPropertyName("sha1hidden")]
    public bool IsSha1Hidden { get; init; }

    [JsonPropertyName("comment")]
    public string? Comment { get; init; }

    [JsonPropertyName("commenthidden")]
    public bool IsCommentHidden { get; init; }

    [JsonPropertyName("tags")]
    public IReadOnlyList<string?>? Tags { get; init; }

    [JsonPropertyName("texthidden")]
    public bool IsTextHidden { get; init; }

    [JsonPropertyName("slots")]
    public IReadOnlyDictionary<string, ApiSlot?>? Slots { get; init; }
}
