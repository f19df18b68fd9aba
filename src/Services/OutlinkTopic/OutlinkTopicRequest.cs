using System.Text.Json;
using System.Text.Json.Serialization;
using InferenceServices.Contracts.Serving;

namespace InferenceServices.Services.OutlinkTopic;

/// <summary>An article whose topics are wanted: by title or id as it is now, by revision, or by the event that told of its change.</summary>
/// <remarks>Fields are any JSON: what is wrong with them is said in Lift Wing's words.</remarks>
internal sealed record OutlinkTopicRequest : IExample<OutlinkTopicRequest>
{
    /// <summary>A page_change or revision/create event; it says everything the next five fields say, and they are not looked at, but for <see cref="RevisionId"/>.</summary>
    public JsonElement Event { get; init; }

    /// <summary>Code of a Wikipedia, as <c>en</c>.</summary>
    public JsonElement Lang { get; init; }

    /// <summary>Database name of a Wikipedia, as <c>enwiki</c>, where <see cref="Lang"/> is not given.</summary>
    public JsonElement WikiId { get; init; }

    /// <summary>The article's id; this or <see cref="PageTitle"/>.</summary>
    public JsonElement PageId { get; init; }

    /// <summary>The article's title.</summary>
    public JsonElement PageTitle { get; init; }

    /// <summary>A revision of the article, whose links are then read from its own text.</summary>
    public JsonElement RevisionId { get; init; }

    /// <summary>Least score of a topic that is answered, 0 to 1.</summary>
    public JsonElement Threshold { get; init; }

    /// <summary>Whether every topic is answered, whatever its score.</summary>
    public JsonElement Debug { get; init; }

    /// <summary>Wikidata items, a space between two, to be used instead of the article's links; no wiki is asked then.</summary>
    public JsonElement FeaturesStr { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public static OutlinkTopicRequest Example { get; } = new()
    {
        PageTitle = JsonSerializer.SerializeToElement("Lake Victoria", OutlinkTopicJson.Default.String),
        Lang = JsonSerializer.SerializeToElement("en", OutlinkTopicJson.Default.String),
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(OutlinkTopicRequest))]
[JsonSerializable(typeof(OutlinkTopicAnswer))]
[JsonSerializable(typeof(string))]
internal sealed partial class OutlinkTopicJson : JsonSerializerContext;
