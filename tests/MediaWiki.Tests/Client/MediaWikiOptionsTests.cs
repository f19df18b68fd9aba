using InferenceServices.MediaWiki.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace InferenceServices.MediaWiki.Tests.Client;

public sealed class MediaWikiOptionsTests
{
    [Fact]
    public async Task Lift_Wings_names_are_read_and_a_client_is_made_of_them()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Page());
        await using var services = ServicesOf(("WIKI_URL", wiki.Options.WikiUrl!), ("AIOHTTP_CLIENT_TIMEOUT", "2.5"), ("MW_API_MAX_RETRIES", "4"), ("MW_API_RETRY_BASE_DELAY", "0.25"), ("USER_AGENT_CONTACT", "ml@example.org"));

        var page = await services.GetRequiredService<MediaWikiClient>().FindPageAsync(ScriptedWiki.English, "T", CancellationToken.None);

        Assert.Equal(7, page.OrThrow().Id);
        var options = services.GetRequiredService<IOptions<MediaWikiOptions>>().Value;
        Assert.Equal((2.5, 4, 0.25), (options.CallTimeoutSeconds, options.MaxRetries, options.RetryBaseDelaySeconds));
        Assert.EndsWith("(ml@example.org)", wiki.Requests.Single().Headers["User-Agent"], StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_has_to_be_said()
    {
        using var services = ServicesOf();

        Assert.NotNull(services.GetRequiredService<MediaWikiClient>());
        Assert.Same(services.GetRequiredService<MediaWikiClient>(), services.GetRequiredService<MediaWikiClient>());
    }

    [Theory]
    [InlineData("wiki_url", "en.wikipedia.org", "--wiki_url should be")]
    [InlineData("wiki_url", "ftp://x", "--wiki_url should be")]
    [InlineData("wiki_url", "http://x/path", "--wiki_url should be")]
    [InlineData("wiki_url", "http://user:secret@x", "--wiki_url should be")]
    [InlineData("wiki_url", "/", "--wiki_url should be")]
    [InlineData("user_agent_contact", "a (b)", "--user_agent_contact should be")]
    [InlineData("user_agent_contact", "a\r\nX: y", "--user_agent_contact should be")]
    [InlineData("user_agent_contact", "é", "--user_agent_contact should be")]
    [InlineData("aiohttp_client_timeout", "0", "CallTimeoutSeconds")]
    [InlineData("aiohttp_client_timeout", "NaN", "CallTimeoutSeconds")]
    [InlineData("mw_api_max_retries", "-1", "MaxRetries")]
    [InlineData("mw_api_retry_base_delay", "-0.1", "RetryBaseDelaySeconds")]
    [InlineData("mw_api_breaker_calls", "1", "--mw_api_breaker_calls should be")]
    [InlineData("mw_api_max_calls", "0", "MaxCalls")]
    public void Nonsense_is_refused_by_name(string name, string value, string expected)
    {
        using var services = ServicesOf((name, value));

        var refusal = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<MediaWikiOptions>>().Value);

        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider ServicesOf(params (string Name, string Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build());
        services.AddLogging();
        services.AddMediaWiki();
        return services.BuildServiceProvider();
    }
}
