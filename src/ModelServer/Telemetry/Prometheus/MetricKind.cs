namespace InferenceServices.ModelServer.Telemetry.Prometheus;

/// <summary>What a metric's values mean.</summary>
internal enum MetricKind
{
    /// <summary>Only grows.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Counts values by size.</summary>
    Histogram,
}
