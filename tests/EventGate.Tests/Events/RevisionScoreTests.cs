using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using InferenceServices.Contracts.Errors;
using InferenceServices.EventGate.Events;

namespace InferenceServices.EventGate.Tests.Events;

public sealed class RevisionScoreTests
{
    private static readonly ClassificationPrediction Prediction = new("damaging", "0.5.1", ["false"], [new("false", 0.9), new("true", 0.1)]);

    [Theory]
    [InlineData("1.1.0")]
    [InlineData("2.0.0")]
    public void A_revision_create_is_scored(string version)
    {
        var content = Create(SourceEvents.RevisionCreate(version));

        AssertJson(
            $$$$"""
            {
              "$schema": "/mediawiki/revision/score/3.0.0", "dt": "2020-06-10T18:56:00Z",
              "meta": {"stream": "mediawiki.revision_score_damaging", "id": "{{{{content.Id}}}}", "domain": "en.wikipedia.org", "uri": "https://en.wikipedia.org/wiki/T"},
              "database": "enwiki", "page_id": 123, "page_title": "T", "page_namespace": 0, "page_is_redirect": false, "rev_id": 124, "rev_timestamp": "2020-06-10T18:56:00Z",
              "rev_parent_id": 122,
              "performer": {"user_edit_count": 1, "user_groups": ["*", "user"], "user_id": 123, "user_is_bot": false, "user_registration_dt": "2016-01-29T21:13:24Z", "user_text": "U"},
              "scores": {"damaging": {"model_name": "damaging", "model_version": "0.5.1", "prediction": ["false"], "probability": {"false": 0.9, "true": 0.1}}}
            }
            """,
            content);
    }

    [Fact]
    public void A_page_change_is_scored_with_its_parent_revision()
    {
        var content = Create(SourceEvents.PageChange());

        AssertJson(
            $$$$"""
            {
              "$schema": "/mediawiki/revision/score/3.0.0", "dt": "2025-10-29T11:05:00Z",
              "meta": {
                "stream": "mediawiki.revision_score_damaging", "id": "{{{{content.Id}}}}", "request_id": "3e0486c5-21a6-4625-9f7e-87a8b5b2e77b", "domain": "zh-yue.wikipedia.org",
                "uri": "https://zh-yue.wikipedia.org/wiki/%E7%89%A9%E7%90%86"
              },
              "database": "zh_yuewiki", "page_id": 70793851, "page_title": "物理", "page_namespace": 0, "page_is_redirect": true, "rev_id": 1319367938,
              "rev_timestamp": "2025-10-29T11:05:00Z", "rev_parent_id": 1319295223, "performer": {"user_text": "A", "user_groups": ["*", "user"], "user_is_bot": false},
              "scores": {"damaging": {"model_name": "damaging", "model_version": "0.5.1", "prediction": ["false"], "probability": {"false": 0.9, "true": 0.1}}}
            }
            """,
            content);
    }

    [Fact]
    public void The_performer_is_optional()
    {
        Assert.Null(JsonOf(Create(SourceEvents.PageChange().Without("performer")))["performer"]);
        Assert.Null(JsonOf(Create(SourceEvents.RevisionCreate().Without("performer")))["performer"]);
    }

    [Theory]
    [InlineData("page.namespace_id")]
    [InlineData("page.is_redirect")]
    public void Required_page_members_are_named(string path)
        => Assert.StartsWith(
            "The page_change event provided as input does not carry either page namespace_id or is_redirect fields.",
            Assert.Throws<InvalidInputException>(() => Create(SourceEvents.PageChange().Without(path))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Missing_times_are_named()
    {
        Assert.Equal("""Missing "dt" in input data.""", Assert.Throws<InvalidInputException>(() => Create(SourceEvents.PageChange().Without("dt"))).Message);
        Assert.Equal("""Missing "rev_dt" in input data.""", Assert.Throws<InvalidInputException>(() => Create(SourceEvents.PageChange().Without("revision.rev_dt"))).Message);
        Assert.Equal("""Missing "rev_timestamp" in input data.""", Assert.Throws<InvalidInputException>(() => Create(SourceEvents.RevisionCreate().Without("rev_timestamp"))).Message);
    }

    [Fact(Skip = EventSchemas.Missing, SkipUnless = nameof(EventSchemas.IsPresent), SkipType = typeof(EventSchemas))]
    public async Task Events_are_valid_against_the_schema()
    {
        foreach (var source in (JsonNode[])[SourceEvents.RevisionCreate(), SourceEvents.RevisionCreate("2.0.0"), SourceEvents.PageChange(), EventSchemas.Sample("page_change_event_enwiki.json")])
            Assert.Empty(await EventSchemas.ValidateAsync("mediawiki_revision_score_3.0.0", Create(source)));
    }

    private static OutgoingEvent Create(JsonNode source) => RevisionScore.Create(SourceEvents.Read(source), "mediawiki.revision_score_damaging", Prediction);

    private static JsonNode JsonOf(OutgoingEvent content) => JsonSerializer.Deserialize<JsonNode>(content.Json.Span)!;

    private static void AssertJson(string expected, OutgoingEvent content)
        => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonOf(content)), Encoding.UTF8.GetString(content.Json.Span));
}
