using System.Text.Json.Serialization;
using InferenceServices.Contracts.Serving;

namespace InferenceServices.Services.OutlinkTopic;

/// <summary>What an article is about.</summary>
/// <param name="Prediction">The article and its topics.</param>
internal sealed record OutlinkTopicAnswer(OutlinkTopicPrediction Prediction) : IExample<OutlinkTopicAnswer>
{
    /// <inheritdoc/>
    [JsonIgnore]
    public static OutlinkTopicAnswer Example { get; } =
        new(new OutlinkTopicPrediction("https://en.wikipedia.org/wiki/Lake Victoria", [new TopicScore("Geography.Regions.Africa.Eastern Africa", 0.97f)]));
}

/// <summary>An article's topics.</summary>
/// <param name="Article">Its URL, as Lift Wing writes it.</param>
/// <param name="Results">Likeliest first; those of equal score in the model's order.</param>
internal sealed record OutlinkTopicPrediction(string Article, IReadOnlyList<TopicScore> Results);

/// <summary>How likely an article has a topic. Topics do not exclude each other: scores need not add up to 1.</summary>
/// <param name="Topic">The model's label.</param>
/// <param name="Score">0 to 1.</param>
internal sealed record TopicScore(string Topic, float Score)
{
    // Always written: 0 is a score.
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public float Score { get; init; } = Score;
}
