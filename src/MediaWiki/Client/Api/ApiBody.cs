using System.Text.Json;
using System.Text.Json.Serialization;

namespace InferenceServices.MediaWiki.Client.Api;

/// <summary>Body of a response of <c>action=query</c> or <c>action=parse</c>; only the members that are read. All are optional.</summary>
internal sealed record ApiBody
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
