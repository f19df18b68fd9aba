using System.Text.Json.Serialization;

namespace InferenceServices.MediaWiki.Client.Api;

internal sealed record ApiQuery
{
    [JsonPropertyName("pages")]
    public IReadOnlyList<ApiPage?>? Pages { get; init; }

    [JsonPropertyName("users")]
    public IReadOnlyList<ApiUser?>? Users { get; init; }

    [JsonPropertyName("general")]
    public ApiGeneral? General { get; init; }

    [JsonPropertyName("namespaces")]
    public IReadOnlyDictionary<string, ApiNamespace?>? Namespaces { get; init; }
}
