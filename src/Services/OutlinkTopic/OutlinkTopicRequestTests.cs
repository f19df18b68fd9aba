using System.Text;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V1;
using InferenceServices.EventGate;
using InferenceServices.MediaWiki;
using InferenceServices.MediaWiki.Client;
using InferenceServices.MediaWiki.Wikis;
using InferenceServices.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace InferenceServices.Services.OutlinkTopic;

/// <summary>Request validation and cache keys, without a wiki.</summary>
public sealed class OutlinkTopicRequestTests : IDisposable
{
    private static readonly string[] NotSent = ["commons", "meta", "sources", "species", "wikidata"];

    private readonly FastTextDirectory _model = new(["Geography.Regions.Africa.Eastern Africa", "Geography.Regions.Europe.Western Europe"], ["</s>", "Q114", "Q1036", "Q142"]);
    private readonly IHost _host = Host.CreateEmptyApplicationBuilder(null).AddMediaWiki().AddEventGate().Build();
    private readonly OutlinkTopicTransformer _transformer;

    public OutlinkTopicRequestTests()
        => _transformer = new OutlinkTopicTransformer(
            new ServedModel("outlink-topic-model", _model.Path, "v"), _host.Services.GetRequiredService<MediaWikiClient>(), _host.Services.GetRequiredService<EventOutbox>(), _host.Services.GetRequiredService<EventAccess>());

    public void Dispose()
    {
        _host.Dispose();
        _model.Dispose();
    }

    [Theory]
    [InlineData("""{"page_id":1}""", "Missing \"lang\" in input data.")]
    [InlineData("""{"page_id":1,"lang":null}""", "Missing \"lang\" in input data.")]
    [InlineData("""{"page_id":1,"lang":1}""", "Expected \"lang\" to be a string.")]
    [InlineData("""{"page_id":1,"lang":"\ud800"}""", "The field 'lang' should be text, got an escape that is half a character.")]
    [InlineData("""{"page_id":1,"lang":"enwiki"}""", "Language field should not have a 'wiki' suffix, i.e. use 'en', not 'enwiki'")]
    [InlineData("""{"page_id":1,"lang":"xx"}""", "Unsupported lang: xx.")]
    [InlineData("""{"page_id":1,"lang":""}""", "Unsupported lang: .")]
    [InlineData("""{"page_id":1,"lang":"en.evil.example/"}""", "Unsupported lang: en.evil.example/.")]
    [InlineData("""{"page_id":1,"wiki_id":"nowiki2"}""", "Unknown wiki_id: nowiki2")]
    [InlineData("""{"page_id":1,"wiki_id":"enwiktionary"}""", "Unknown wiki_id: enwiktionary")]
    [InlineData("""{"page_id":1,"wiki_id":7}""", "Expected \"wiki_id\" to be a string.")]
    [InlineData("""{"lang":"en"}""", "You must pass either `page_title` or `page_id`.")]
    [InlineData("""{"lang":"en","page_id":0,"page_title":""}""", "You must pass either `page_title` or `page_id`.")]
    [InlineData("""{"lang":"en","page_id":1,"page_title":"A"}""", "Detected both `page_title` and `page_id` in the request. Please pass only one of those.")]
    [InlineData("""{"lang":"en","page_id":"one"}""", "Expected \"page_id\" to be a integer.")]
    [InlineData("""{"lang":"en","page_id":"1.0"}""", "Expected \"page_id\" to be a integer.")]
    [InlineData("""{"lang":"en","page_id":"0"}""", "Expected \"page_id\" to be 1 or more, got \"0\".")]
    [InlineData("""{"lang":"en","page_id":true}""", "Expected \"page_id\" to be a integer.")]
    [InlineData("""{"lang":"en","page_id":1.5}""", "Expected \"page_id\" to be a integer.")]
    [InlineData("""{"lang":"en","page_id":1e99}""", "Expected \"page_id\" to be a integer.")]
    [InlineData("""{"lang":"en","page_id":-1}""", "Expected \"page_id\" to be 1 or more, got -1.")]
    [InlineData("""{"lang":"en","page_title":["A"]}""", "Expected \"page_title\" to be a string.")]
    [InlineData("""{"lang":"en","page_title":"\udc00"}""", "The field 'page_title' should be text, got an escape that is half a character.")]
    [InlineData("""{"event":{"\udc00":1}}""", "The field '\\udc00' should be text, got an escape that is half a character.")]
    [InlineData("""{"lang":"en","page_id":1,"threshold":"0.5"}""", "Expected \"threshold\" to be a float")]
    [InlineData("""{"lang":"en","page_id":1,"threshold":null}""", "Expected \"threshold\" to be a float")]
    [InlineData("""{"lang":"en","page_id":1,"threshold":2}""", "Expected \"threshold\" to be from 0 to 1, got 2.")]
    [InlineData("""{"lang":"en","page_id":1,"threshold":-0.1}""", "Expected \"threshold\" to be from 0 to 1, got -0.1.")]
    [InlineData("""{"lang":"en","page_id":1,"threshold":1e999}""", "Expected \"threshold\" to be from 0 to 1, got 1e999.")]
    [InlineData("""{"lang":"en","page_id":1,"revision_id":"x"}""", "Expected \"revision_id\" to be a integer.")]
    [InlineData("""{"lang":"en","page_id":1,"revision_id":"-5"}""", "Expected \"revision_id\" to be a integer.")]
    [InlineData("""{"lang":"en","page_id":1,"features_str":5}""", "Expected \"features_str\" to be a string.")]
    [InlineData("""{"event":5}""", "Expected \"event\" to be an object.")]
    public void Errors_have_Lift_Wings_texts_and_order(string body, string error)
        => Assert.Equal(error, Assert.Throws<InvalidInputException>(() => Query(body)).Message);

    [Fact]
    public void Long_values_are_shortened_in_errors()
        => Assert.True(Assert.Throws<InvalidInputException>(() => Key($$"""{"page_id":1,"lang":"{{new string('x', 100_000)}}"}""")).Message.Length < 200);

    [Theory]
    [InlineData("""{"lang":"en","page_id":5,"revision_id":7}""")]
    [InlineData("""{"wiki_id":"enwiki","page_id":5,"revision_id":7,"threshold":0.5}""")]
    [InlineData("""{"lang":"en","wiki_id":"ignored","page_id":5,"page_title":"","revision_id":7,"debug":false}""")]
    [InlineData("""{"revision_id":7,"page_id":5,"lang":"en","unknown":[1]}""")]
    [InlineData("""{"lang":"en","page_id":"5","revision_id":"7"}""")]
    public void Equal_requests_have_equal_keys(string body)
        => Assert.Equal(Key("""{"lang":"en","page_id":5,"revision_id":7,"threshold":5e-1}"""), Key(body));

    [Theory]
    [InlineData("""{"lang":"de","page_id":5,"revision_id":7}""")]
    [InlineData("""{"lang":"en","page_id":6,"revision_id":7}""")]
    [InlineData("""{"lang":"en","page_title":"5","revision_id":7}""")]
    [InlineData("""{"lang":"en","page_id":5,"revision_id":8}""")]
    [InlineData("""{"lang":"en","page_id":5}""")]
    [InlineData("""{"lang":"en","page_id":5,"revision_id":7,"threshold":0.25}""")]
    [InlineData("""{"lang":"en","page_id":5,"revision_id":7,"debug":1}""")]
    [InlineData("""{"lang":"en","page_id":5,"revision_id":7,"features_str":"Q1"}""")]
    public void Different_requests_have_different_keys(string body)
        => Assert.NotEqual(Key("""{"lang":"en","page_id":5,"revision_id":7}"""), Key(body));

    [Theory]
    [InlineData("0")]
    [InlineData("\"0\"")]
    [InlineData("null")]
    public void Revision_0_is_the_current_revision(string revision)
        => Assert.Equal(Key("""{"lang":"en","page_id":5}"""), Key($$"""{"lang":"en","page_id":5,"revision_id":{{revision}}}"""));

    [Theory]
    [InlineData("""{"lang":"en","page_id":5}""", false)]
    [InlineData("""{"lang":"en","page_title":"Lake Victoria"}""", false)]
    [InlineData("""{"lang":"en","page_title":"Lake Victoria","revision_id":7}""", true)]
    [InlineData("""{"lang":"en","page_id":5,"features_str":"Q114"}""", true)]
    public void Only_immutable_results_are_lasting(string body, bool lasts) => Assert.Equal(lasts, Key(body)!.Value.IsLasting);

    [Theory]
    [InlineData("be-tarask", "be-tarask.wikipedia.org")]
    [InlineData("zh-yue", "zh-yue.wikipedia.org")]
    [InlineData("yue", "zh-yue.wikipedia.org")]
    [InlineData("gsw", "als.wikipedia.org")]
    public void Languages_are_found_in_the_table_of_wikis(string lang, string domain)
        => Assert.Equal($"https://{domain}/wiki?curid=5", Query($$"""{"lang":"{{lang}}","page_id":5}""").Article);

    [Theory]
    [InlineData("zh_yuewiki", "zh-yue.wikipedia.org")]
    [InlineData("be_x_oldwiki", "be-tarask.wikipedia.org")]
    [InlineData("alswiki", "als.wikipedia.org")]
    public void Databases_are_found_in_the_table_of_wikis(string database, string domain)
        => Assert.Equal($"https://{domain}/wiki/A b", Query($$"""{"wiki_id":"{{database}}","page_title":"A b"}""").Article);

    /// <summary>Lift Wing's rule for the stream mediawiki.page_change: it sends every database name that ends with wiki, except these.</summary>
    [Fact]
    public void The_events_of_every_wiki_on_wikipedia_org_that_ChangeProp_sends_are_accepted()
    {
        var sent = WikiTable.All.Where(wiki => wiki.DatabaseName.EndsWith("wiki", StringComparison.Ordinal)
            && !NotSent.Any(part => wiki.DatabaseName.Contains(part, StringComparison.Ordinal))).ToList();

        Assert.Contains(sent, wiki => wiki.DatabaseName == "testwiki");
        Assert.True(sent.Count > 300);
        foreach (var wiki in sent)
        {
            var body = $$$"""{"event":{"$schema":"/mediawiki/page/change/1.3.0","wiki_id":"{{{wiki.DatabaseName}}}","meta":{"domain":"{{{wiki.Domain}}}"},"page":{"page_id":5,"page_title":"A"},"revision":{"rev_id":7} } }""";
            if (wiki.IsOnWikipedia) Assert.Same(wiki, Query(body).Wiki);
            else Assert.StartsWith("This model is not recommended for use in projects outside of Wikipedia", Assert.Throws<InvalidInputException>(() => Query(body)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{"lang":"test","page_id":5}""")]
    [InlineData("""{"wiki_id":"testwiki","page_id":5}""")]
    public void The_test_wiki_is_a_wiki(string body) => Assert.Equal("test.wikipedia.org", Query(body).Wiki.Domain);

    [Theory]
    [InlineData("1", 1)]
    [InlineData("0", 0)]
    [InlineData("0.25", 0.25)]
    public void Integers_are_accepted_as_thresholds(string threshold, double expected)
        => Assert.Equal(expected, Query($$"""{"lang":"en","page_id":5,"threshold":{{threshold}}}""").Threshold);

    [Theory]
    [InlineData("true")]
    [InlineData("1")]
    [InlineData("\"no\"")]
    public void Debug_returns_all_topics(string debug)
        => Assert.Equal(0, Query($$"""{"lang":"en","page_id":5,"threshold":0.75,"debug":{{debug}}}""").Threshold);

    [Fact]
    public async Task Given_items_become_the_rows_without_a_call_to_a_wiki()
    {
        using var tensors = (await _transformer.PreprocessAsync(Query("""{"lang":"en","page_id":5,"features_str":"Q142 Q7 Q114"}"""), CancellationToken.None)).Tensors;

        Assert.Equal("ids", tensors.Inputs[0].Name);
        Assert.Equal([3L, 1L, 0L], tensors.Inputs[0].Tensor.Values<long>());
    }

    private static PredictRequest Request(string body) => new("outlink-topic-model", Encoding.UTF8.GetBytes(body), "test");

    private CacheKey? Key(string body) => _transformer.GetCacheKey(Query(body));

    private OutlinkTopicQuery Query(string body) => _transformer.Read(Request(body));
}
