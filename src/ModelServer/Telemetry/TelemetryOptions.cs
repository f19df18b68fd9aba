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
}
