using System.Text;
using System.Text.Json.Nodes;
using InferenceServices.Contracts.Errors;
using InferenceServices.EventGate.Events;

namespace InferenceServices.EventGate.Tests.Events;

public sealed class PageWeightedTagsChangeTests
{
    private const string Stream = "mediawiki.cirrussearch.page_weighted_tags_change.v1";
    private const string Prefix = "classification.prediction.articletopic";

    [Fact]
    public void Predicted_labels_are_tags_with_their_probabilities()
    {
        var content = Create(SourceEvents.PageChange(), SourceEvents.Prediction);

        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse($$$"""
                {
                  "$schema": "/mediawiki/cirrussearch/page_weighted_tags_change/1.0.0", "dt": "2025-10-29T11:05:00Z",
                  "meta": {
                    "stream": "{{{Stream}}}", "id": "{{{content.Id}}}", "request_id": "3e0486c5-21a6-4625-9f7e-87a8b5b2e77b",
                    "domain": "zh-yue.wikipedia.org", "uri": "https://zh-yue.wikipedia.org/wiki/%E7%89%A9%E7%90%86"
                  },
                  "page": {"namespace_id": 0, "page_id": 70793851, "page_title": "物理"},
                  "weighted_tags": {"set": {"{{{Prefix}}}": [{"tag": "STEM.Physics", "score": 0.99}]} },
                  "wiki_id": "zh_yuewiki", "rev_based": true
                }
                """),
            JsonOf(content)), Encoding.UTF8.GetString(content.Json.Span));
    }

    [Fact]
    public void Without_a_predicted_label_the_tags_are_cleared()
        => Assert.Equal(
            $$"""{"clear":["{{Prefix}}"]}""",
            JsonOf(Create(SourceEvents.PageChange(), SourceEvents.Prediction with { Predictions = [] }))["weighted_tags"]!.ToJsonString());

    [Fact]
    public void Its_id_is_not_that_of_the_prediction_of_the_same_change()
        => Assert.NotEqual(
            PredictionClassificationChange.Create(SourceEvents.Read(SourceEvents.PageChange()), SourceEvents.Stream, SourceEvents.Prediction).Id,
            Create(SourceEvents.PageChange(), SourceEvents.Prediction).Id);

    [Fact]
    public void A_revision_create_is_not_supported()
        => Assert.Equal(
            "Unsupported event of schema /mediawiki/revision/create/1.1.0, please contact the ML team.",
            Assert.Throws<InvalidInputException>(() => Create(SourceEvents.RevisionCreate(), SourceEvents.Prediction)).Message);

    [Theory]
    [InlineData("dt")]
    [InlineData("page.namespace_id")]
    public void A_missing_member_is_400(string path)
    {
        var source = SourceEvents.PageChange();
        source.Without(path);

        Assert.Equal($"Missing \"{path.Split('.')[^1]}\" in input data.", Assert.Throws<InvalidInputException>(() => Create(source, SourceEvents.Prediction)).Message);
    }

    private static OutgoingEvent Create(JsonNode source, ClassificationPrediction prediction) => PageWeightedTagsChange.Create(SourceEvents.Read(source), Stream, Prefix, prediction);

    private static JsonNode JsonOf(OutgoingEvent content) => JsonNode.Parse(content.Json.Span)!;
}
