using InferenceServices.MediaWiki.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace InferenceServices.MediaWiki.Tests.Client;

public sealed class MediaWikiOptionsTests
{
    [Fact]
    public async Task Options_with_the_names_of_Lift_Wing_configure_the_client()
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
    public void All_options_have_defaults()
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
    public void Invalid_values_are_rejected_with_the_name_of_the_option(string name, string value, string expected)
    {
        using var services = ServicesOf((name, value));

        var exception = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<MediaWikiOptions>>().Value);

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider ServicesOf(params (string Name, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)));
        return builder.AddMediaWiki().Services.BuildServiceProvider();
    }
}
