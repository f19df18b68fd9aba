using System.Text.Json.Serialization;

namespace InferenceServices.MediaWiki.Client.Api;

/// <summary>Error of the Action API, in any <c>errorformat</c>.</summary>
/// <param name="Code">Stable error code.</param>
/// <param name="Info">Message in the default format.</param>
/// <param name="Text">Message in the text formats.</param>
internal sealed record ApiError(
    [property: JsonPropertyName("code")] string? Code,
    [property: JsonPropertyName("info")] string? Info,
    [property: JsonPropertyName("text")] string? Text);
