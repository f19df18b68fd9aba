using System.Text.Json;
using System.Text.Json.Nodes;
using InferenceServices.EventGate.Events;

namespace InferenceServices.EventGate.Tests.Events;

/// <summary>Source events and predictions for tests.</summary>
internal static class SourceEvents
{
    public const string Stream = "mediawiki.page_outlink_topic_prediction_change.v1";

    public static readonly ClassificationPrediction Prediction = new(
        "outlink-topic-model", "alloutlinks_202209", ["STEM.Physics"], [new("STEM.Physics", 0.99), new("Culture.Literature", 0.01)]);

    public static JsonNode PageChange() => JsonNode.Parse("""
        {
          "$schema": "/mediawiki/page/change/1.3.0", "changelog_kind": "update", "page_change_kind": "edit", "dt": "2025-10-29T11:05:00Z", "wiki_id": "zh_yuewiki",
          "meta": {
            "domain": "zh-yue.wikipedia.org", "dt": "2025-10-29T11:05:04.238793Z", "request_id": "3e0486c5-21a6-4625-9f7e-87a8b5b2e77b", "stream": "mediawiki.page_change.v1",
            "uri": "https://zh-yue.wikipedia.org/wiki/%E7%89%A9%E7%90%86", "id": "9d83dcf6-fe87-4d41-a9b3-2ef95ea31b92", "topic": "eqiad.mediawiki.page_change.v1", "offset": 17
          },
          "comment": "mehr\n \"Physik\"",
          "page": {
            "is_redirect": true, "namespace_id": 0, "namespace_is_content": true, "page_id": 70793851, "page_title": "物理", "revision_count": 4, "unheard_of": 1,
            "redirect_page_link": {"namespace_id": -1, "page_title": "Special:Search", "is_redirect": false, "interwiki_prefix": "d", "page_id": 4, "unheard_of": {}}
          },
          "performer": {
            "edit_count": 837, "groups": ["*", "user"], "is_bot": false, "is_system": false, "is_temp": false, "registration_dt": "2025-03-19T20:16:57Z",
            "user_central_id": 77921265, "user_id": 49392910, "user_text": "A", "wiki_id": "zh_yuewiki", "unheard_of": [1]
          },
          "revision": {
            "rev_id": 1319367938, "rev_dt": "2025-10-29T11:05:00Z", "is_minor_edit": false, "rev_sha1": "kr0", "rev_size": 15321, "rev_parent_id": 1319295223, "comment": "link",
            "editor": {"user_id": 49392910, "user_text": "A", "groups": ["*"], "unheard_of": 1}, "is_content_visible": true, "is_editor_visible": true, "is_comment_visible": true,
            "content_slots": {"main": {"slot_role": "main"}}
          },
          "prior_state": {
            "page": {"page_id": 70793851, "page_title": "物理學", "redirect_page_link": {"page_title": "X"}},
            "revision": {"rev_id": 1319295223, "rev_dt": "2025-10-28T23:19:12Z", "rev_size": 1, "content_slots": {}, "editor": {"user_text": "B"}},
            "unheard_of": 1
          },
          "created_redirect_page": {"page_id": 3, "page_title": "Y", "is_redirect": true, "namespace_id": 0, "redirect_page_link": {"page_title": "X"}},
          "unheard_of": {"deep": [{}]}
        }
        """)!;

    public static JsonNode RevisionCreate(string version = "1.1.0") => JsonNode.Parse($$$"""
        {
          "$schema": "/mediawiki/revision/create/{{{version}}}", "database": "enwiki", "dt": "2020-06-10T18:56:01Z",
          "meta": {"domain": "en.wikipedia.org", "id": "f5a0a8e0-ab4b-11ea-bb37-0242ac130002", "stream": "mediawiki.revision-create", "uri": "https://en.wikipedia.org/wiki/T"},
          "page_id": 123, "page_is_redirect": false, "page_namespace": 0, "page_title": "T",
          "performer": {"user_edit_count": 1, "user_groups": ["*", "user"], "user_id": 123, "user_is_bot": false, "user_registration_dt": "2016-01-29T21:13:24Z", "user_text": "U"},
          "rev_content_changed": true, "rev_id": 124, "rev_parent_id": 122, "rev_timestamp": "2020-06-10T18:56:00Z", "rev_slots": {"main": {}}
        }
        """)!;

    public static MediaWikiEvent Read(JsonNode json) => MediaWikiEvent.Read(JsonSerializer.SerializeToElement(json));

    /// <summary>Creates an event with a distinct id.</summary>
    public static OutgoingEvent Outgoing(int number) => new($"id-{number}", JsonSerializer.SerializeToUtf8Bytes(new { meta = new { id = $"id-{number}" }, number }));

    /// <summary>Removes a member, such as <c>page.page_id</c>.</summary>
    public static JsonNode Without(this JsonNode json, string path)
    {
        var (parent, name) = json.Find(path);
        Assert.True(parent.Remove(name));
        return json;
    }

    /// <summary>Sets a member.</summary>
    public static JsonNode With(this JsonNode json, string path, string value)
    {
        var (parent, name) = json.Find(path);
        parent[name] = JsonNode.Parse(value);
        return json;
    }

    private static (JsonObject Parent, string Name) Find(this JsonNode json, string path)
    {
        var names = path.Split('.');
        foreach (var name in names[..^1]) json = json[name]!;
        return (json.AsObject(), names[^1]);
    }
}
