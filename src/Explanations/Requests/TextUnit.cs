using System.Text.Json.Serialization;

namespace InferenceServices.Explanations.Requests;

/// <summary>A unit of text that is removed as a whole.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TextUnit>))]
public enum TextUnit
{
    /// <summary>A word; in scripts without spaces, a character.</summary>
    [JsonStringEnumMemberName("word")]
    Word,

    /// <summary>The text between two punctuation marks.</summary>
    [JsonStringEnumMemberName("span")]
    Span,
}
