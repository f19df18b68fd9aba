using System.Text.Json.Serialization;

namespace InferenceServices.Explanations.Requests;

/// <summary>What of a text is left out together.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TextUnit>))]
public enum TextUnit
{
    /// <summary>A word; of scripts without spaces, a character.</summary>
    [JsonStringEnumMemberName("word")]
    Word,

    /// <summary>What stands between two punctuation marks.</summary>
    [JsonStringEnumMemberName("span")]
    Span,
}
