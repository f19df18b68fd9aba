using System.Diagnostics;
using Prometheus;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Creates exemplars with the IDs of the current trace, if the trace is sampled.</summary>
/// <remarks>Label names as in OpenTelemetry's Prometheus compatibility specification.</remarks>
internal static class TraceExemplar
{
    private static readonly Exemplar.LabelKey TraceId = Exemplar.Key("trace_id");
    private static readonly Exemplar.LabelKey SpanId = Exemplar.Key("span_id");

    /// <summary>Gets the behaviour of a metric factory: each measurement of a sampled trace has an exemplar.</summary>
    public static ExemplarBehavior Behavior { get; } = new() { DefaultExemplarProvider = static (_, _) => Create(Activity.Current) };

    /// <summary>Creates an exemplar.</summary>
    /// <param name="activity">The span of the measurement; null for none.</param>
    /// <returns>An exemplar for one measurement; <see cref="Exemplar.None"/> without a sampled span.</returns>
    public static Exemplar Create(Activity? activity)
        => activity is { Recorded: true }
            ? Exemplar.From(TraceId.WithValue(activity.TraceId.ToString()), SpanId.WithValue(activity.SpanId.ToString()))
            : Exemplar.None;
}
