using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using InferenceServices.Configuration;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Configures metrics, logs and traces. Each property is a switch <c>--name</c> and an environment variable <c>NAME</c>.</summary>
[SwitchOptions(typeof(TelemetryOptionsValidator))]
public sealed partial class TelemetryOptions : IValidatableObject
{
    internal const string OtlpEndpointKey = "otel_exporter_otlp_endpoint";

    /// <summary>Gets or sets whether the server exposes metrics.</summary>
    [ConfigurationKeyName("enable_metrics")]
    [Description("Expose Prometheus metrics at /metrics of the HTTP port. Default true.")]
    public bool EnableMetrics { get; set; } = true;

    /// <summary>Gets or sets the format of log lines.</summary>
    [ConfigurationKeyName("log_format")]
    [Description("Log lines as text or json. Default text.")]
    public LogFormat LogFormat { get; set; }

    /// <summary>Gets or sets the least severe log lines.</summary>
    [ConfigurationKeyName("kserve_loglevel")]
    [Description("Least severe log lines to write: debug, info, warning, error or critical. The variables Logging__LogLevel__* take precedence. Default info.")]
    public LogThreshold LogLevel { get; set; } = LogThreshold.Info;

    /// <summary>Gets or sets whether the server logs requests.</summary>
    [ConfigurationKeyName("enable_access_log")]
    [Description("Log one line for each request except probes: model, status code, timings and x-request-id, never the body. Default false: a line costs 6 to 15 microseconds of processor time.")]
    public bool EnableAccessLog { get; set; }

    /// <summary>Gets or sets the URL of an OpenTelemetry collector.</summary>
    [ConfigurationKeyName(OtlpEndpointKey)]
    [Description("URL of an OpenTelemetry collector that receives traces, as http://collector:4317; OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf selects HTTP instead of gRPC. Default none: no traces.")]
    public string? OtlpEndpoint { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (OtlpEndpoint is { Length: > 0 } && !(Uri.TryCreate(OtlpEndpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            yield return new ValidationResult($"--{OtlpEndpointKey} should be a URL of http or https, got '{OtlpEndpoint}'.", [nameof(OtlpEndpoint)]);
    }
}
