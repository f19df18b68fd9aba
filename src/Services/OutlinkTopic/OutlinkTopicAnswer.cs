using System.Text.Json.Serialization;
using InferenceServices.Contracts.Serving;

namespace InferenceServices.Services.OutlinkTopic;

/// <summary>Topics of an article.</summary>
/// <param name="Prediction">The article and its topics.</param>
internal sealed record OutlinkTopicAnswer(OutlinkTopicPrediction Prediction) : IExample<OutlinkTopicAnswer>
{
    /// <inheritdoc/>
    [JsonIgnore]
    public static OutlinkTopicAnswer Example { get; } =
        new(new OutlinkTopicPrediction("https://en.wikipedia.org/wiki/Lake Victoria", [new TopicScore("Geography.Regions.Africa.Eastern Africa", 0.97f)]));
}

/// <summary>An article and its topics.</summary>
/// <param name="Article">URL of the article, as in Lift Wing.</param>
/// <param name="Results">Topics by descending score; equal scores in the order of the model.</param>
internal sealed record OutlinkTopicPrediction(string Article, IReadOnlyList<TopicScore> Results);

/// <summary>Probability of a topic. Topics are not exclusive: scores need not add up to 1.</summary>
/// <param name="Topic">Label of the model.</param>
/// <param name="Score">Probability, 0 to 1.</param>
internal sealed record TopicScore(string Topic, float Score)
{
    // Written even if 0.
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public float Score { get; init; } = Score;
}
