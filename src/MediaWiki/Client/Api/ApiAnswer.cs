using System.Text.Json;
using System.Text.Json.Serialization;

namespace InferenceServices.MediaWiki.Client.Api;

/// <summary>An answer of <c>action=query</c> or <c>action=parse</c>: of its members those that are read. All may be absent.</summary>
internal sealed record ApiAnswer
{
    [JsonPropertyName("error")]
    public ApiError? Error { get; init; }

    [JsonPropertyName("errors")]
    public IReadOnlyList<ApiError?>? Errors { get; init; }

    [JsonPropertyName("continue")]
    public JsonElement? Continue { get; init; }

    [JsonPropertyName("query")]
    public ApiQuery? Query { get; init; }

    [JsonPropertyName("parse")]
    public ApiParse? Parse { get; init; }
}
