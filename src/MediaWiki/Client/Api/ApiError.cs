using System.Text.Json.Serialization;

namespace InferenceServices.MediaWiki.Client.Api;

/// <summary>An error of the API, in any of its formats.</summary>
/// <param name="Code">Stable.</param>
/// <param name="Info">A sentence, in the format that is the default.</param>
/// <param name="Text">A sentence, in <c>errorformat</c>s of text.</param>
internal sealed record ApiError(
    [property: JsonPropertyName("code")] string? Code,
    [property: JsonPropertyName("info")] string? Info,
    [property: JsonPropertyName("text")] string? Text);
