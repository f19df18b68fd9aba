using System.Text.Json;
using System.Text.Json.Nodes;
using InferenceServices.Contracts.Errors;
using InferenceServices.EventGate.Events;

namespace InferenceServices.EventGate.Tests.Events;

public sealed class MediaWikiEventTests
{
    [Fact]
    public void A_page_change_has_wiki_page_and_revision()
    {
        var change = SourceEvents.Read(SourceEvents.PageChange());

        Assert.True(change.IsPageChange);
        Assert.Equal(
            ("/mediawiki/page/change/1.3.0", "zh_yuewiki", "zh-yue.wikipedia.org", 70793851, "物理", 1319367938),
            (change.Schema, change.DatabaseName, change.Domain, change.PageId, change.PageTitle, change.RevisionId));
        Assert.True(change.Json.TryGetProperty("unheard_of", out _));
    }

    [Theory]
    [InlineData("1.0.0")]
    [InlineData("1.1.0")]
    [InlineData("2.0.0")]
    public void A_revision_create_has_wiki_page_and_revision(string version)
    {
        var created = SourceEvents.Read(SourceEvents.RevisionCreate(version));

        Assert.False(created.IsPageChange);
        Assert.Equal(("enwiki", "en.wikipedia.org", 123, "T", 124), (created.DatabaseName, created.Domain, created.PageId, created.PageTitle, created.RevisionId));
    }

    [Theory]
    [InlineData("$schema", """Missing "$schema" in input data.""")]
    [InlineData("wiki_id", """Missing "lang" in input data.""")]
    [InlineData("page.page_title", """Missing "page_title" in input data.""")]
    [InlineData("page.page_id", """Missing "page_id" in input data.""")]
    [InlineData("page", """Missing "page_title" in input data.""")]
    [InlineData("revision.rev_id", """Missing "rev_id" in input data.""")]
    [InlineData("revision", """Missing "rev_id" in input data.""")]
    public void Missing_members_of_a_page_change_are_named(string path, string message)
    {
        AssertRejected(message, SourceEvents.PageChange().Without(path));
        AssertRejected(message, SourceEvents.PageChange().With(path, "null"));
    }

    [Theory]
    [InlineData("database", """Missing "lang" in input data.""")]
    [InlineData("page_title", """Missing "page_title" in input data.""")]
    [InlineData("page_id", """Missing "page_id" in input data.""")]
    [InlineData("rev_id", """Missing "rev_id" in input data.""")]
    public void Missing_members_of_a_revision_create_are_named(string path, string message) => AssertRejected(message, SourceEvents.RevisionCreate().Without(path));

    [Theory]
    [InlineData("wiki_id", "7", """Expected "lang" to be a string.""")]
    [InlineData("wiki_id", "\"\"", """Missing "lang" in input data.""")]
    [InlineData("page.page_title", "[\"T\"]", """Expected "page_title" to be a string.""")]
    [InlineData("page.page_id", "\"7\"", """Expected "page_id" to be a integer.""")]
    [InlineData("page.page_id", "7.5", """Expected "page_id" to be a integer.""")]
    [InlineData("page.page_id", "0", """Expected "page_id" to be a integer.""")]
    [InlineData("page.page_id", "-1", """Expected "page_id" to be a integer.""")]
    [InlineData("page.page_id", "99999999999999999999", """Expected "page_id" to be a integer.""")]
    [InlineData("page", "[]", """Missing "page_title" in input data.""")]
    [InlineData("revision.rev_id", "true", """Expected "rev_id" to be a int.""")]
    [InlineData("revision", "17", """Missing "rev_id" in input data.""")]
    [InlineData("$schema", "1", """Expected "$schema" to be a string.""")]
    public void Members_of_the_wrong_kind_are_named(string path, string value, string message) => AssertRejected(message, SourceEvents.PageChange().With(path, value));

    [Theory]
    [InlineData("/mediawiki/page/change/2.0.0")]
    [InlineData("/mediawiki/page/change/10.0.0")]
    [InlineData("/mediawiki/page/change/")]
    [InlineData("/mediawiki/revision/create/3.0.0")]
    [InlineData("/mediawiki/revision/score/3.0.0")]
    [InlineData("mediawiki/page/change/1.0.0")]
    public void Other_schemas_are_rejected(string schema)
        => AssertRejected($"Unsupported event of schema {schema}, the lang value cannot be determined.", SourceEvents.PageChange().With("$schema", $"\"{schema}\""));

    [Fact]
    public void A_long_schema_is_shortened_in_the_error()
        => Assert.InRange(ReadError(JsonSerializer.SerializeToElement(SourceEvents.PageChange().With("$schema", $"\"{new string('x', 100_000)}\""))).Message.Length, 200, 400);

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    public void Non_objects_are_rejected(string json) => Assert.Equal("""Expected "event" to be an object.""", ReadError(JsonElement.Parse(json)).Message);

    [Theory]
    [InlineData("meta", "null")]
    [InlineData("meta", "[]")]
    [InlineData("meta.domain", "5")]
    [InlineData("meta.domain", "\"\"")]
    public void A_domain_may_be_missing(string path, string value) => Assert.Null(SourceEvents.Read(SourceEvents.PageChange().With(path, value)).Domain);

    private static void AssertRejected(string message, JsonNode json) => Assert.Equal(message, ReadError(JsonSerializer.SerializeToElement(json)).Message);

    private static InvalidInputException ReadError(JsonElement json) => Assert.Throws<InvalidInputException>(() => MediaWikiEvent.Read(json));
}
