using System.Text.Json;
using System.Text.Json.Serialization;
using InferenceServices.Contracts.Serving;

namespace InferenceServices.Services.OutlinkTopic;

/// <summary>An article by title, id, revision or change event.</summary>
/// <remarks>Fields accept any JSON, so that errors have the messages of Lift Wing.</remarks>
internal sealed record OutlinkTopicRequest : IExample<OutlinkTopicRequest>
{
    /// <summary>A page_change or revision/create event. Replaces the next five fields, except <see cref="RevisionId"/>.</summary>
    public JsonElement Event { get; init; }

    /// <summary>Code of a Wikipedia, such as <c>en</c>.</summary>
    public JsonElement Lang { get; init; }

    /// <summary>Database name of a Wikipedia, such as <c>enwiki</c>, if <see cref="Lang"/> is absent.</summary>
    public JsonElement WikiId { get; init; }

    /// <summary>Page id; either this or <see cref="PageTitle"/>.</summary>
    public JsonElement PageId { get; init; }

    /// <summary>Page title.</summary>
    public JsonElement PageTitle { get; init; }

    /// <summary>A revision of the article; its links are used instead of the current links.</summary>
    public JsonElement RevisionId { get; init; }

    /// <summary>Minimum score of a returned topic, 0 to 1.</summary>
    public JsonElement Threshold { get; init; }

    /// <summary>Whether to return all topics, with any score.</summary>
    public JsonElement Debug { get; init; }

    /// <summary>Wikidata items, separated by spaces, to use instead of the links of the article; no wiki is called.</summary>
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
