using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using InferenceServices.Configuration;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.MediaWiki.Client;

/// <summary>Options of the MediaWiki client. Each property is a switch <c>--name</c> and an environment variable <c>NAME</c>.</summary>
/// <remarks>Names and defaults are those of Lift Wing where it has the setting.</remarks>
[SwitchOptions(typeof(MediaWikiOptionsValidator))]
public sealed partial class MediaWikiOptions : IValidatableObject
{
    /// <summary>Gets or sets the base URL of all wikis.</summary>
    [ConfigurationKeyName("wiki_url")]
    [Description("Base URL of all wikis, such as http://mw-api-int-ro.discovery.wmnet:4680; the Host header selects the wiki. Default none: https:// and the domain of each wiki.")]
    public string? WikiUrl { get; set; }

    /// <summary>Gets or sets the contact in the User-Agent header.</summary>
    [ConfigurationKeyName("user_agent_contact")]
    [Description("Contact in the User-Agent header, a URL or an e-mail address; Wikimedia requires one. Default none.")]
    [RegularExpression("[!-'*-~]([ -'*-~]*[!-'*-~])?", ErrorMessage = "--user_agent_contact should be a URL or an e-mail address in ASCII, without parentheses.")]
    public string? UserAgentContact { get; set; }

    /// <summary>Gets or sets the timeout of one call.</summary>
    [ConfigurationKeyName("aiohttp_client_timeout")]
    [Description("Timeout of one call to a wiki, in seconds. Default 5.")]
    [Range(0.001, 3_600.0)]
    public double CallTimeoutSeconds { get; set; } = 5;

    /// <summary>Gets or sets the timeout of all calls of one operation.</summary>
    [ConfigurationKeyName("mw_api_total_timeout")]
    [Description("Timeout of one operation on a wiki, in seconds, including continuations, retries and their delays. Default 20.")]
    [Range(0.001, 3_600.0)]
    public double TotalTimeoutSeconds { get; set; } = 20;

    /// <summary>Gets or sets the maximum number of retries.</summary>
    [ConfigurationKeyName("mw_api_max_retries")]
    [Description("Maximum retries of one operation after transient errors, within --mw_api_total_timeout; per wiki, at most one call in five is retried. Default 2.")]
    [Range(0, 10)]
    public int MaxRetries { get; set; } = 2;

    /// <summary>Gets or sets the delay before the first retry.</summary>
    [ConfigurationKeyName("mw_api_retry_base_delay")]
    [Description("Delay before the first retry, in seconds; doubles with each retry, with jitter. A Retry-After header takes precedence. Default 0.5.")]
    [Range(0.0, 60.0)]
    public double RetryBaseDelaySeconds { get; set; } = 0.5;

    /// <summary>Gets or sets the replication lag above which the wiki rejects calls.</summary>
    [ConfigurationKeyName("mw_api_max_lag")]
    [Description("Replication lag of the databases of a wiki, in seconds, above which the wiki rejects calls (parameter maxlag); 0 omits the parameter. Default 5.")]
    [Range(0, 3_600)]
    public int MaxLagSeconds { get; set; } = 5;

    /// <summary>Gets or sets the maximum number of concurrent calls.</summary>
    [ConfigurationKeyName("mw_api_max_calls")]
    [Description("Maximum concurrent calls to one host, a wiki or --wiki_url. Default 32.")]
    [Range(1, 10_000)]
    public int MaxCalls { get; set; } = 32;

    /// <summary>Gets or sets the maximum number of queued calls.</summary>
    [ConfigurationKeyName("mw_api_max_waiting")]
    [Description("Maximum calls that wait for a concurrent call to end; further calls fail with 503. Default 256.")]
    [Range(0, 100_000)]
    public int MaxWaiting { get; set; } = 256;

    /// <summary>Gets or sets the maximum size of a response.</summary>
    [ConfigurationKeyName("mw_api_answer_limit")]
    [Description("Maximum response of a wiki, in bytes, uncompressed; larger responses are a 502. Default 16777216 (16 MiB).")]
    [Range(1, int.MaxValue)]
    public int AnswerLimit { get; set; } = 16 << 20;

    /// <summary>Gets or sets the minimum number of calls before the circuit breaker opens.</summary>
    [ConfigurationKeyName("mw_api_breaker_calls")]
    [Description("Minimum calls to a wiki within 30 seconds before its circuit breaker opens, at half of them with transient errors; calls then fail with 503. 0 disables the breaker. Default 20.")]
    [Range(0, 1_000_000)]
    public int BreakerCalls { get; set; } = 20;

    /// <summary>Gets or sets how long the circuit breaker stays open.</summary>
    [ConfigurationKeyName("mw_api_breaker_seconds")]
    [Description("Seconds the circuit breaker of a wiki stays open before one call probes the wiki. Default 5.")]
    [Range(1, 3_600)]
    public int BreakerSeconds { get; set; } = 5;

    internal TimeSpan CallTimeout => TimeSpan.FromSeconds(CallTimeoutSeconds);

    internal TimeSpan TotalTimeout => TimeSpan.FromSeconds(TotalTimeoutSeconds);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (WikiUrl is { Length: > 0 }
            && !(Uri.TryCreate(WikiUrl, UriKind.Absolute, out var url) && url is { Scheme: "http" or "https", AbsolutePath: "/", Query: "", Fragment: "", UserInfo: "" }))
            yield return new ValidationResult($"--wiki_url should be http:// or https:// with a host and an optional port, got '{WikiUrl}'.", [nameof(WikiUrl)]);
        if (BreakerCalls == 1)
            yield return new ValidationResult("--mw_api_breaker_calls should be 0, or 2 or more.", [nameof(BreakerCalls)]);
    }
}
