using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using InferenceServices.Contracts.Errors;
using InferenceServices.EventGate.Events;

namespace InferenceServices.EventGate.Tests.Events;

public sealed class PredictionClassificationChangeTests
{
    // The available schema is 1.1.0; later fragments added these members.
    private static readonly string[] NewerMembers = ["user_central_id", "wiki_id", "namespace_is_content"];

    [Fact]
    public void Members_of_the_schema_are_copied_and_the_prediction_is_added()
    {
        var content = Create(SourceEvents.PageChange());

        var user = """{"edit_count":837,"groups":["*","user"],"is_bot":false,"is_system":false,"is_temp":false,"registration_dt":"2025-03-19T20:16:57Z","user_central_id":77921265,"user_id":49392910,"user_text":"A","wiki_id":"zh_yuewiki"}""";
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse($$$"""
                {
                  "$schema": "/mediawiki/page/prediction_classification_change/1.3.0", "changelog_kind": "update", "page_change_kind": "edit", "dt": "2025-10-29T11:05:00Z",
                  "meta": {
                    "stream": "mediawiki.page_outlink_topic_prediction_change.v1", "id": "{{{content.Id}}}", "request_id": "3e0486c5-21a6-4625-9f7e-87a8b5b2e77b",
                    "domain": "zh-yue.wikipedia.org", "uri": "https://zh-yue.wikipedia.org/wiki/%E7%89%A9%E7%90%86"
                  },
                  "page": {
                    "page_id": 70793851, "page_title": "物理", "is_redirect": true, "namespace_id": 0, "namespace_is_content": true, "revision_count": 4,
                    "redirect_page_link": {"interwiki_prefix": "d", "is_redirect": false, "namespace_id": -1, "page_id": 4, "page_title": "Special:Search"}
                  },
                  "revision": {
                    "rev_id": 1319367938, "rev_dt": "2025-10-29T11:05:00Z", "comment": "link", "is_comment_visible": true, "is_content_visible": true, "is_editor_visible": true,
                    "is_minor_edit": false, "rev_parent_id": 1319295223, "rev_sha1": "kr0", "rev_size": 15321, "editor": {"groups": ["*"], "user_id": 49392910, "user_text": "A"}
                  },
                  "wiki_id": "zh_yuewiki", "comment": "mehr\n \"Physik\"", "performer": {{{user}}},
                  "prior_state": {
                    "page": {"page_id": 70793851, "page_title": "物理學"},
                    "revision": {"rev_id": 1319295223, "rev_dt": "2025-10-28T23:19:12Z", "rev_size": 1, "editor": {"user_text": "B"}}
                  },
                  "created_redirect_page": {"page_id": 3, "page_title": "Y", "is_redirect": true, "namespace_id": 0},
                  "predicted_classification": {
                    "model_name": "outlink-topic-model", "model_version": "alloutlinks_202209", "predictions": ["STEM.Physics"],
                    "probabilities": {"STEM.Physics": 0.99, "Culture.Literature": 0.01}
                  }
                }
                """),
            JsonOf(content)), Encoding.UTF8.GetString(content.Json.Span));
        Assert.DoesNotContain((byte)'\n', content.Json.ToArray());
    }

    [Fact]
    public void A_page_change_with_only_required_members_is_sufficient()
    {
        var source = SourceEvents.PageChange();
        foreach (var path in (string[])["meta", "comment", "performer", "prior_state", "created_redirect_page", "page.redirect_page_link", "page.is_redirect", "revision.editor", "revision.comment"])
            source.Without(path);

        var json = JsonOf(Create(source));

        Assert.Equal(["stream", "id"], json["meta"]!.AsObject().Select(member => member.Key));
        Assert.Equal(
            ["$schema", "changelog_kind", "page_change_kind", "dt", "meta", "page", "revision", "wiki_id", "predicted_classification"],
            json.AsObject().Select(member => member.Key));
    }

    [Theory]
    [InlineData("comment", "7")]
    [InlineData("comment", "null")]
    [InlineData("performer", "\"A\"")]
    [InlineData("prior_state", "[]")]
    [InlineData("created_redirect_page", "[[[[]]]]")]
    public void Optional_members_of_the_wrong_kind_are_omitted(string name, string value)
        => Assert.Null(JsonOf(Create(SourceEvents.PageChange().With(name, value)))[name]);

    [Theory]
    [InlineData("dt", "dt")]
    [InlineData("changelog_kind", "changelog_kind")]
    [InlineData("page_change_kind", "page_change_kind")]
    [InlineData("revision.rev_dt", "rev_dt")]
    public void Missing_required_members_are_named(string path, string name)
        => Assert.Equal($"Missing \"{name}\" in input data.", Assert.Throws<InvalidInputException>(() => Create(SourceEvents.PageChange().Without(path))).Message);

    [Fact]
    public void A_revision_create_is_rejected()
        => Assert.Equal(
            "Unsupported event of schema /mediawiki/revision/create/1.1.0, please contact the ML team.",
            Assert.Throws<InvalidInputException>(() => Create(SourceEvents.RevisionCreate())).Message);

    [Fact]
    public void Equal_predictions_have_equal_ids_and_others_differ()
    {
        var id = Create(SourceEvents.PageChange()).Id;
        var source = SourceEvents.Read(SourceEvents.PageChange());
        var others = new[]
        {
            Create(SourceEvents.PageChange().With("meta.id", "\"other\"")),
            Create(SourceEvents.PageChange().Without("meta.id")),
            PredictionClassificationChange.Create(source, "other", SourceEvents.Prediction),
            PredictionClassificationChange.Create(source, SourceEvents.Stream, SourceEvents.Prediction with { ModelName = "other" }),
            PredictionClassificationChange.Create(source, SourceEvents.Stream, SourceEvents.Prediction with { ModelVersion = "other" }),
            // Would be equal if the parts were joined without escaping.
            PredictionClassificationChange.Create(source, SourceEvents.Stream, SourceEvents.Prediction with { ModelName = "outlink-topic-model\nalloutlinks_202209", ModelVersion = "" }),
        };

        Assert.Equal(id, Create(SourceEvents.PageChange().With("comment", "\"other\"")).Id);
        Assert.Equal(others.Length + 1, others.Select(other => other.Id).Append(id).Distinct().Count());
        // Version 8, variant 1.
        Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", id);
    }

    [Fact]
    public void A_source_without_id_gives_the_same_id_again()
        => Assert.Equal(Create(SourceEvents.PageChange().Without("meta.id")).Id, Create(SourceEvents.PageChange().Without("meta")).Id);

    [Fact]
    public void Non_finite_probabilities_are_omitted()
    {
        var prediction = SourceEvents.Prediction with { Probabilities = [new("a", double.NaN), new("b", double.PositiveInfinity), new("c", 0.5)] };

        var content = PredictionClassificationChange.Create(SourceEvents.Read(SourceEvents.PageChange()), SourceEvents.Stream, prediction);

        Assert.Equal("""{"c":0.5}""", JsonOf(content)["predicted_classification"]!["probabilities"]!.ToJsonString());
    }

    [Fact(Skip = EventSchemas.Missing, SkipUnless = nameof(EventSchemas.IsPresent), SkipType = typeof(EventSchemas))]
    public async Task Events_from_real_sources_are_valid_except_for_members_newer_than_the_test_schema()
    {
        foreach (var name in (string[])["page_change_event_enwiki.json", "page_change_event_wikidata.json"])
        {
            var source = EventSchemas.Sample(name);
            source["$schema"] ??= "/mediawiki/page/change/1.3.0";
            var content = Create(source);

            var problems = await EventSchemas.ValidateAsync("mediawiki_page_prediction_classification_change_1.1.0", content);

            Assert.DoesNotContain(problems, problem => !NewerMembers.Any(member => problem.EndsWith($".{member}: NoAdditionalPropertiesAllowed", StringComparison.Ordinal)));
        }
    }

    [Fact(Skip = EventSchemas.Missing, SkipUnless = nameof(EventSchemas.IsPresent), SkipType = typeof(EventSchemas))]
    public async Task An_event_from_a_source_of_the_schema_version_is_valid()
    {
        var source = SourceEvents.PageChange();
        foreach (var path in (string[])["page.namespace_is_content", "performer.user_central_id", "performer.wiki_id"]) source.Without(path);
        source.With("page.redirect_page_link.namespace_id", "4");

        Assert.Empty(await EventSchemas.ValidateAsync("mediawiki_page_prediction_classification_change_1.1.0", Create(source)));
    }

    private static OutgoingEvent Create(JsonNode source) => PredictionClassificationChange.Create(SourceEvents.Read(source), SourceEvents.Stream, SourceEvents.Prediction);

    private static JsonNode JsonOf(OutgoingEvent content) => JsonSerializer.Deserialize<JsonNode>(content.Json.Span)!;
}
