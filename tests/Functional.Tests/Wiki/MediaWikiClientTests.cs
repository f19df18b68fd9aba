using InferenceServices.Functional.Tests.OutlinkTopic;
using InferenceServices.MediaWiki;
using InferenceServices.MediaWiki.Client;
using InferenceServices.MediaWiki.Wikis;
using InferenceServices.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace InferenceServices.Functional.Tests.Wiki;

/// <summary>The client against a real MediaWiki.</summary>
[Collection(OutlinkTopicShared.Name)]
public sealed class MediaWikiClientTests(OutlinkTopicServers servers) : IDisposable
{
    private static readonly MediaWiki.Wikis.Wiki English = WikiTable.FindByDatabaseName("enwiki")!;

    private ServiceProvider? _services;

    public void Dispose() => _services?.Dispose();

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task Revisions_have_text_and_hidden_and_missing_revisions_are_distinguished()
    {
        var revisions = (await Client().GetRevisionsAsync(English, [100032, 100048, 99999999], CancellationToken.None)).OrThrow();

        Assert.Equal([99999999L], revisions.Missing);
        var (open, hidden) = (revisions.Found[100032], revisions.Found[100048]);
        Assert.Equal("'''Lake Victoria''' is a lake in [[Kenya]] and [[Uganda]].", open.Content);
        Assert.Equal((100031L, "Bob", true), (open.ParentId, open.User, open.IsMinor));
        Assert.True(hidden.IsContentHidden);
        Assert.Null(hidden.Content);
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task Users_have_groups_and_registration()
    {
        var users = (await Client().GetUsersAsync(English, ["Alice", "HelperBot", "Nobody at all"], CancellationToken.None)).OrThrow();

        Assert.Equal(["Nobody at all"], users.Missing);
        Assert.Contains("sysop", users.Found["Alice"].Groups);
        Assert.Contains("bot", users.Found["HelperBot"].Groups);
        Assert.Equal(new DateTimeOffset(2010, 2, 3, 4, 5, 6, TimeSpan.Zero), users.Found["Alice"].Registration);
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task Pages_and_revisions_are_returned_as_HTML_and_missing_ones_are_not_found()
    {
        Assert.Contains("Kenya", (await Client().GetHtmlAsync(English, "Lake Victoria", CancellationToken.None)).OrThrow(), StringComparison.Ordinal);
        Assert.DoesNotContain("Tanzania", (await Client().GetHtmlAsync(English, 100032, CancellationToken.None)).OrThrow(), StringComparison.Ordinal);
        Assert.Equal(MediaWikiErrorKind.NotFound, (await Client().GetHtmlAsync(English, "No such page", CancellationToken.None)).Error?.Kind);
        Assert.Equal(MediaWikiErrorKind.NotFound, (await Client().GetHtmlAsync(English, 99999999, CancellationToken.None)).Error?.Kind);
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task Site_information_is_returned()
        => Assert.StartsWith("MediaWiki 1.", (await Client().GetSiteInfoAsync(English, CancellationToken.None)).OrThrow().Generator, StringComparison.Ordinal);

    private MediaWikiClient Client()
    {
        if (_services is null)
        {
            var builder = Host.CreateEmptyApplicationBuilder(null);
            builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("wiki_url", (string?)servers.Wiki.Url.GetLeftPart(UriPartial.Authority))]);
            _services = builder.AddMediaWiki().Services.BuildServiceProvider();
        }
        return _services.GetRequiredService<MediaWikiClient>();
    }
}
