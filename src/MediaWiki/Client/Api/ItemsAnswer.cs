using System.Text.Json;
using System.Text.Json.Serialization;

namespace InferenceServices.MediaWiki.Client.Api;

/// <summary>The part of a large answer that tells items; titles are not even made strings.</summary>
internal sealed record ItemsAnswer : IApiAnswer
{
    [JsonPropertyName("error")]
    public ApiError? Error { get; init; }

    [JsonPropertyName("errors")]
    public IReadOnlyList<ApiError?>? Errors { get; init; }

    [JsonPropertyName("continue")]
    public IReadOnlyDictionary<string, JsonElement>? Continue { get; init; }

    [JsonPropertyName("query")]
    public ItemsQuery? Query { get; init; }

    internal sealed record ItemsQuery([property: JsonPropertyName("pages")] IReadOnlyList<ItemsPage?>? Pages);

    internal sealed class ItemsPage
    {
        [JsonPropertyName("ns")]
        public int Namespace { get; init; }

        [JsonPropertyName("missing")]
        public bool IsMissing { get; init; }

        [JsonPropertyName("pageprops")]
        public ItemsProperties? Properties { get; init; }
    }

    internal sealed class ItemsProperties
    {
        [JsonPropertyName("wikibase_item")]
        public string? Item { get; init; }
    }
}
