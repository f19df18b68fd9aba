using InferenceServices.MediaWiki.Wikis;
using InferenceServices.Testing;

namespace InferenceServices.MediaWiki.Tests.Wikis;

public sealed class WikiTableTests
{
    private const string ListsMissing = "There are no lists of wikis beside the checkout.";

    private static readonly string Folder = Checkout.PathOf("../shared/data");

    public static bool HasLists => File.Exists(Path.Combine(Folder, "wikis.tsv"));

    [Theory]
    [InlineData("enwiki", "en.wikipedia.org", "wikipedia", "en")]
    [InlineData("zh_yuewiki", "zh-yue.wikipedia.org", "wikipedia", "yue")]
    [InlineData("alswiki", "als.wikipedia.org", "wikipedia", "gsw")]
    [InlineData("be_x_oldwiki", "be-tarask.wikipedia.org", "wikipedia", "be-tarask")]
    [InlineData("nds_nlwiki", "nds-nl.wikipedia.org", "wikipedia", "nds-nl")]
    [InlineData("roa_rupwiktionary", "roa-rup.wiktionary.org", "wiktionary", "rup")]
    [InlineData("enwikibooks", "en.wikibooks.org", "wikibooks", "en")]
    [InlineData("betawikiversity", "beta.wikiversity.org", "wikiversity", "en")]
    [InlineData("sourceswiki", "wikisource.org", "wikisource", "en")]
    [InlineData("commonswiki", "commons.wikimedia.org", "wikimedia", "en")]
    [InlineData("etwikimedia", "ee.wikimedia.org", "wikimedia", "en")]
    [InlineData("wikidatawiki", "www.wikidata.org", "wikidata", "en")]
    [InlineData("mediawikiwiki", "www.mediawiki.org", "mediawiki", "en")]
    [InlineData("labswiki", "wikitech.wikimedia.org", "wikimedia", "en")]
    [InlineData("testwiki", "test.wikipedia.org", "special", "en")]
    public void A_wiki_is_found_by_database_and_by_domain(string database, string domain, string family, string language)
    {
        var wiki = new Wiki(database, domain, family, language);

        Assert.Equal(wiki, WikiTable.FindByDatabaseName(database));
        Assert.Equal(wiki, WikiTable.FindByDomain(domain));
        Assert.Equal(wiki, WikiTable.FindByDomain(domain.ToUpperInvariant()));
    }

    [Theory]
    [InlineData("en", "enwiki")]
    [InlineData("als", "alswiki")]
    [InlineData("gsw", "alswiki")]
    [InlineData("zh-yue", "zh_yuewiki")]
    [InlineData("yue", "zh_yuewiki")]
    [InlineData("be-tarask", "be_x_oldwiki")]
    [InlineData("be-x-old", "be_x_oldwiki")]
    [InlineData("sgs", "bat_smgwiki")]
    [InlineData("nan", "zh_min_nanwiki")]
    [InlineData("lzh", "zh_classicalwiki")]
    [InlineData("vro", "fiu_vrowiki")]
    [InlineData("rup", "roa_rupwiki")]
    [InlineData("simple", "simplewiki")]
    [InlineData("be", "bewiki")]
    [InlineData("zh", "zhwiki")]
    [InlineData("aa", "aawiki")]
    [InlineData("test", "testwiki")]
    [InlineData("test2", "test2wiki")]
    public void A_Wikipedia_is_found_by_subdomain_language_or_old_code(string code, string database)
        => Assert.Equal(database, WikiTable.FindWikipedia(code)?.DatabaseName);

    [Theory]
    [InlineData("")]
    [InlineData("EN")]
    [InlineData("enwiki")]
    [InlineData("commons")]
    [InlineData("www")]
    [InlineData("en.wikipedia.org")]
    [InlineData("evil.example/")]
    [InlineData("en@evil.example")]
    [InlineData("en\n")]
    [InlineData(" en")]
    [InlineData("127.0.0.1")]
    public void Unknown_codes_find_nothing(string text)
    {
        Assert.Null(WikiTable.FindWikipedia(text));
        if (text == "enwiki") return;
        Assert.Null(WikiTable.FindByDatabaseName(text));
    }

    [Theory]
    [InlineData("en.wikipedia.org.")]
    [InlineData("en.wikipedia.org:80")]
    [InlineData("en.m.wikipedia.org")]
    [InlineData("evil.org/en.wikipedia.org")]
    public void Unknown_domains_find_nothing(string domain) => Assert.Null(WikiTable.FindByDomain(domain));

    [Theory]
    [InlineData("officewiki")]
    [InlineData("checkuserwiki")]
    [InlineData("arbcom_enwiki")]
    [InlineData("stewardwiki")]
    public void Private_wikis_are_not_in_the_table(string database) => Assert.Null(WikiTable.FindByDatabaseName(database));

    [Fact]
    public void About_a_thousand_wikis_have_distinct_names_and_domains()
    {
        Assert.InRange(WikiTable.All.Count, 1000, 1100);
        Assert.Equal(WikiTable.All.Count, WikiTable.All.Select(wiki => wiki.Domain).Distinct().Count());
        Assert.All(WikiTable.All, wiki =>
        {
            Assert.Matches("^[a-z][a-z0-9_]*$", wiki.DatabaseName);
            Assert.Matches(@"^([a-z0-9-]+\.){1,2}org$", wiki.Domain);
            Assert.Same(wiki, WikiTable.FindByDatabaseName(wiki.DatabaseName));
        });
    }

    [Fact]
    public void Every_wiki_on_wikipedia_org_is_found_by_its_own_subdomain()
        => Assert.All(WikiTable.All.Where(wiki => wiki.IsOnWikipedia), wiki => Assert.Same(wiki, WikiTable.FindWikipedia(wiki.Subdomain)));

    [Fact(Skip = ListsMissing, SkipUnless = nameof(HasLists))]
    public void The_Wikipedias_match_the_list_of_Lift_Wing()
        => Assert.All(Rows("outlink_wikis.tsv"), row => Assert.Equal(row[1], WikiTable.FindByDatabaseName(row[0])?.Subdomain));

    [Fact(Skip = ListsMissing, SkipUnless = nameof(HasLists))]
    public void The_table_matches_Wikimedias_list_of_public_wikis()
    {
        var rows = Rows("wikis.tsv").Skip(1).ToList();

        Assert.All(rows.Where(row => row[7] == "public"), row =>
        {
            var wiki = WikiTable.FindByDatabaseName(row[0]);
            Assert.Equal((row[1], row[3]), (wiki?.Domain, wiki?.LanguageCode));
            Assert.Equal(row[2] == "wikipedia", wiki?.IsWikipedia);
        });
        Assert.All(rows.Where(row => row[7] == "private"), row => Assert.Null(WikiTable.FindByDatabaseName(row[0])));
    }

    private static IEnumerable<string[]> Rows(string file)
        => File.ReadLines(Path.Combine(Folder, file)).Where(line => line.Length > 0).Select(line => line.Split('\t'));
}
