using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using InferenceServices.Configuration;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>What the server tells of itself. Each is a switch <c>--name</c> and an environment variable <c>NAME</c>.</summary>
[SwitchOptions(typeof(TelemetryOptionsValidator))]
public sealed partial class TelemetryOptions : IValidatableObject
{
    internal const string OtlpEndpointKey = "otel_exporter_otlp_endpoint";

    /// <summary>Metrics.</summary>
    [ConfigurationKeyName("enable_metrics")]
    [Description("Serve metrics for Prometheus at /metrics of the HTTP port. Default true.")]
    public bool EnableMetrics { get; set; } = true;

    /// <summary>Form of the log.</summary>
    [ConfigurationKeyName("log_format")]
    [Description("Log lines as text or json. Default text.")]
    public LogFormat LogFormat { get; set; }

    /// <summary>A line for each request.</summary>
    [ConfigurationKeyName("enable_access_log")]
    [Description("Log a line for each request but probes: its model, code, times and x-request-id, never its body. Default false: a line costs 6 to 15 microseconds of processor time.")]
    public bool EnableAccessLog { get; set; }

    /// <summary>Traces.</summary>
    [ConfigurationKeyName(OtlpEndpointKey)]
    [Description("URL of an OpenTelemetry collector that traces are sent to, as http://collector:4317; OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf sends them over HTTP instead of gRPC. Default none: no traces.")]
    public string? OtlpEndpoint { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (OtlpEndpoint is { Length: > 0 } && !(Uri.TryCreate(OtlpEndpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            yield return new ValidationResult($"--{OtlpEndpointKey} should be a URL of http or https, got '{OtlpEndpoint}'.", [nameof(OtlpEndpoint)]);
    }
}
