using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Net;
using InferenceServices.Configuration;

namespace InferenceServices.OresLegacy.Hosting;

/// <summary>Settings of the program. Each property is a switch <c>--name</c> and an environment variable <c>NAME</c>.</summary>
/// <remarks>LIFTWING_URL, LW_REQUEST_LIMIT and LOG_LEVEL are the names of Lift Wing's ores-legacy.</remarks>
[SwitchOptions(typeof(OresLegacyOptionsValidator))]
internal sealed partial class OresLegacyOptions : IValidatableObject
{
    /// <summary>Gets or sets the IP address to listen on.</summary>
    [ConfigurationKeyName("host")]
    [Description("Address to listen on. Default 0.0.0.0.")]
    public string Host { get; set; } = "0.0.0.0";

    /// <summary>Gets or sets the port.</summary>
    [ConfigurationKeyName("http_port")]
    [Description("Port; 0 selects a free port. Default 8080.")]
    [Range(0, 65535)]
    public int HttpPort { get; set; } = 8080;

    /// <summary>Gets or sets the base URL of the revscoring services.</summary>
    [ConfigurationKeyName("liftwing_url")]
    [Description("Base URL of the revscoring services, such as http://localhost:6031. Required.")]
    [Required(ErrorMessage = "--liftwing_url needs a value: the base URL of the revscoring services.")]
    public string? LiftWingUrl { get; set; }

    /// <summary>Gets or sets the pattern of the Host header.</summary>
    [ConfigurationKeyName("liftwing_host")]
    [Description("Host header of a call, by which Lift Wing's gateway finds the service; {wiki}, {model} and {namespace} are replaced. Empty: the host of --liftwing_url. Default {wiki}-{model}.{namespace}.wikimedia.org.")]
    public string LiftWingHost { get; set; } = "{wiki}-{model}.{namespace}.wikimedia.org";

    /// <summary>Gets or sets the timeout of a call.</summary>
    [ConfigurationKeyName("liftwing_timeout_seconds")]
    [Description("Seconds for one call, including the wait for its turn; then its slot has the error TimeoutError. Default 30.")]
    [Range(0.001, 3_600.0)]
    public double LiftWingTimeoutSeconds { get; set; } = 30;

    /// <summary>Gets or sets the file of wikis and models.</summary>
    [ConfigurationKeyName("scorers_file")]
    [Description("File of wikis and their models, in place of the table of ORES; one wiki per line: name, tab, then model=version separated by spaces. Default none.")]
    public string? ScorersFile { get; set; }

    /// <summary>Gets or sets the scores of a request.</summary>
    [ConfigurationKeyName("lw_request_limit")]
    [Description("Largest number of scores, revisions times models, of a request for several revisions. Default 20.")]
    [Range(1, 10_000)]
    public int RequestLimit { get; set; } = 20;

    /// <summary>Gets or sets the concurrent calls of a request.</summary>
    [ConfigurationKeyName("max_calls_per_request")]
    [Description("Maximum concurrent calls for one request. Default 20.")]
    [Range(1, 10_000)]
    public int MaxCallsPerRequest { get; set; } = 20;

    /// <summary>Gets or sets the concurrent calls of all requests.</summary>
    [ConfigurationKeyName("max_calls")]
    [Description("Maximum concurrent calls for all requests. Default 100.")]
    [Range(1, 100_000)]
    public int MaxCalls { get; set; } = 100;

    /// <summary>Gets or sets the waiting calls of all requests.</summary>
    [ConfigurationKeyName("max_waiting_calls")]
    [Description("Maximum calls that wait for a concurrent call to end; the slots of further calls have the error Too Many Requests. Default 1000.")]
    [Range(0, 1_000_000)]
    public int MaxWaitingCalls { get; set; } = 1000;

    /// <summary>Gets or sets the number of calls before a circuit breaker opens.</summary>
    [ConfigurationKeyName("liftwing_breaker_calls")]
    [Description("Minimum calls to a service within 30 seconds before its circuit breaker opens, at half of them without an answer; calls then fail immediately. 0 disables the breaker. Default 20.")]
    [Range(0, 1_000_000)]
    public int BreakerCalls { get; set; } = 20;

    /// <summary>Gets or sets how long a circuit breaker stays open.</summary>
    [ConfigurationKeyName("liftwing_breaker_seconds")]
    [Description("Seconds the circuit breaker of a service stays open before one call probes the service. Default 5.")]
    [Range(1, 3_600)]
    public int BreakerSeconds { get; set; } = 5;

    /// <summary>Gets or sets the origins of web pages.</summary>
    [ConfigurationKeyName("cors_allow_origins")]
    [Description("Origins of web pages that may call the service (CORS), separated by commas, such as https://example.org; * for all, empty for none. Default: all, because scores are public.")]
    public string CorsAllowOrigins { get; set; } = "*";

    /// <summary>Gets or sets the number of open connections.</summary>
    [ConfigurationKeyName("max_connections")]
    [Description("Largest number of open connections; further connections are closed immediately. Default 10000.")]
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>Gets or sets the least severe log lines.</summary>
    [ConfigurationKeyName("log_level")]
    [Description("Least severe log lines to write: debug, info, warning, error or critical. Default info.")]
    public LogThreshold LogLevel { get; set; } = LogThreshold.Info;

    /// <summary>Gets or sets the format of log lines.</summary>
    [ConfigurationKeyName("log_format")]
    [Description("Log lines as text or json. Default text.")]
    public LogFormat LogFormat { get; set; }

    internal string[] AllowedOrigins => CorsAllowOrigins.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    internal TimeSpan LiftWingTimeout => TimeSpan.FromSeconds(LiftWingTimeoutSeconds);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IPAddress.TryParse(Host, out _)) yield return new ValidationResult($"--host should be an IP address, got '{Host}'.", [nameof(Host)]);
        if (LiftWingUrl is { Length: > 0 } && !(Uri.TryCreate(LiftWingUrl, UriKind.Absolute, out var url) && url is { Scheme: "http" or "https", Query: "", Fragment: "", UserInfo: "" }))
            yield return new ValidationResult($"--liftwing_url should be a URL of http or https, got '{LiftWingUrl}'.", [nameof(LiftWingUrl)]);
        if (BreakerCalls == 1) yield return new ValidationResult("--liftwing_breaker_calls should be 0, or 2 or more.", [nameof(BreakerCalls)]);
        foreach (var origin in AllowedOrigins)
        {
            if (origin == "*" || (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.GetLeftPart(UriPartial.Authority) == origin)) continue;
            yield return new ValidationResult($"--cors_allow_origins should be * or origins such as https://example.org, got '{origin}'.", [nameof(CorsAllowOrigins)]);
        }
    }
}
