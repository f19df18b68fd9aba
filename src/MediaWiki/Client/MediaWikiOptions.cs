using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.MediaWiki.Client;

/// <summary>How wikis are asked. Each is a switch <c>--name</c> and an environment variable <c>NAME</c>.</summary>
/// <remarks>Lift Wing's names and defaults where it has the setting.</remarks>
public sealed class MediaWikiOptions : IValidatableObject
{
    /// <summary>Where all wikis are reached.</summary>
    [ConfigurationKeyName("wiki_url")]
    [Description("URL that all wikis are reached at, as http://mw-api-int-ro.discovery.wmnet:4680; the header Host says which is meant. Default none: each at https:// and its own domain.")]
    public string? WikiUrl { get; set; }

    /// <summary>Whom a wiki's operators may turn to.</summary>
    [ConfigurationKeyName("user_agent_contact")]
    [Description("URL or e-mail address that wikis are told in User-Agent, for their operators to turn to; Wikimedia asks for one. Default none.")]
    [RegularExpression("[!-'*-~]([ -'*-~]*[!-'*-~])?", ErrorMessage = "--user_agent_contact should be a URL or an e-mail address in ASCII, without parentheses.")]
    public string? UserAgentContact { get; set; }

    /// <summary>Longest wait for one answer.</summary>
    [ConfigurationKeyName("aiohttp_client_timeout")]
    [Description("Seconds one call of a wiki may take. Default 5.")]
    [Range(0.001, 3_600.0)]
    public double CallTimeoutSeconds { get; set; } = 5;

    /// <summary>Longest wait for all calls of one operation.</summary>
    [ConfigurationKeyName("mw_api_total_timeout")]
    [Description("Seconds all that one request fetches in one go may take: continuations, tries and the waits between them. Default 20.")]
    [Range(0.001, 3_600.0)]
    public double TotalTimeoutSeconds { get; set; } = 20;

    /// <summary>Tries after the first.</summary>
    [ConfigurationKeyName("mw_api_max_retries")]
    [Description("How often, within those seconds, a call that failed for a reason that may pass is made again; wiki by wiki, one call in five at most in the long run. Default 2.")]
    [Range(0, 10)]
    public int MaxRetries { get; set; } = 2;

    /// <summary>Wait before the first retry.</summary>
    [ConfigurationKeyName("mw_api_retry_base_delay")]
    [Description("Seconds before the first such retry, doubled for each further one and varied by chance; a wiki's Retry-After is kept to. Default 0.5.")]
    [Range(0.0, 60.0)]
    public double RetryBaseDelaySeconds { get; set; } = 0.5;

    /// <summary>Lag of a wiki's databases from which it refuses us.</summary>
    [ConfigurationKeyName("mw_api_max_lag")]
    [Description("Seconds a wiki's databases may lag behind before it should refuse us for the sake of others (maxlag); 0 says nothing of it. Default 5.")]
    [Range(0, 3_600)]
    public int MaxLagSeconds { get; set; } = 5;

    /// <summary>Concurrent calls.</summary>
    [ConfigurationKeyName("mw_api_max_calls")]
    [Description("Calls to one host, a wiki or --wiki_url, at one time. Default 32.")]
    [Range(1, 10_000)]
    public int MaxCalls { get; set; } = 32;

    /// <summary>Waiting calls.</summary>
    [ConfigurationKeyName("mw_api_max_waiting")]
    [Description("Calls that may wait for one of those to end; the next fails at once with 503. Default 256.")]
    [Range(0, 100_000)]
    public int MaxWaiting { get; set; } = 256;

    /// <summary>Largest answer.</summary>
    [ConfigurationKeyName("mw_api_answer_limit")]
    [Description("Largest answer of a wiki in bytes, uncompressed; a larger one is a 502. Default 16777216 (16 MiB).")]
    [Range(1, int.MaxValue)]
    public int AnswerLimit { get; set; } = 16 << 20;

    /// <summary>When a wiki is left alone.</summary>
    [ConfigurationKeyName("mw_api_breaker_calls")]
    [Description("Once half of at least so many calls of a wiki within 30 seconds failed for a reason that may pass, further ones fail with 503 at once. Default 20; 0 never does.")]
    [Range(0, 1_000_000)]
    public int BreakerCalls { get; set; } = 20;

    /// <summary>How long a wiki is left alone.</summary>
    [ConfigurationKeyName("mw_api_breaker_seconds")]
    [Description("Seconds such calls fail before one is made to see whether the wiki is back. Default 5.")]
    [Range(1, 3_600)]
    public int BreakerSeconds { get; set; } = 5;

    internal TimeSpan CallTimeout => TimeSpan.FromSeconds(CallTimeoutSeconds);

    internal TimeSpan TotalTimeout => TimeSpan.FromSeconds(TotalTimeoutSeconds);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (WikiUrl is { Length: > 0 }
            && !(Uri.TryCreate(WikiUrl, UriKind.Absolute, out var url) && url is { Scheme: "http" or "https", AbsolutePath: "/", Query: "", Fragment: "", UserInfo: "" }))
            yield return new ValidationResult($"--wiki_url should be http:// or https:// with a host and perhaps a port, got '{WikiUrl}'.", [nameof(WikiUrl)]);
        if (BreakerCalls == 1)
            yield return new ValidationResult("--mw_api_breaker_calls should be 0, or 2 and more: half of one call is none.", [nameof(BreakerCalls)]);
    }
}
