using System.ComponentModel;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>What the server tells of itself. Each is a switch <c>--name</c> and an environment variable <c>NAME</c>.</summary>
public sealed class TelemetryOptions
{
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
}
