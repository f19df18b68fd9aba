using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Prometheus;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Creates exemplars with the IDs of the current trace, if the trace is sampled.</summary>
/// <remarks>Label names as in OpenTelemetry's Prometheus compatibility specification.</remarks>
internal static class TraceExemplar
{
    private static readonly Exemplar.LabelKey TraceId = Exemplar.Key("trace_id");
    private static readonly Exemplar.LabelKey SpanId = Exemplar.Key("span_id");

    [ThreadStatic]
    private static ActivityContext _request;

    /// <summary>Gets the behaviour of a metric factory: each measurement of a sampled trace has an exemplar.</summary>
    public static ExemplarBehavior Behavior { get; } = new() { DefaultExemplarProvider = static (_, _) => Create(Current) };

    /// <summary>Gets the trace of the measurement that this thread records; default without a trace.</summary>
    public static ActivityContext Current => _request != default ? _request : Activity.Current?.Context ?? default;

    /// <summary>Sets the trace of a request for the measurements that this thread records until <see cref="EndRequest"/>.</summary>
    /// <remarks>Without an exporter of traces a request has no span. Then the <c>traceparent</c> header of the client has the IDs.</remarks>
    public static void StartRequest(HttpContext http)
    {
        if (Activity.Current is null && http.Request.Headers.TraceParent is [{ } header] && ActivityContext.TryParse(header, traceState: null, out var context))
            _request = context;
    }

    /// <summary>Ends the measurements of a request.</summary>
    public static void EndRequest() => _request = default;

    /// <summary>Creates an exemplar.</summary>
    /// <param name="context">The trace of the measurement; default for none.</param>
    /// <returns>An exemplar for one measurement; <see cref="Exemplar.None"/> without a sampled trace.</returns>
    public static Exemplar Create(ActivityContext context)
        => (context.TraceFlags & ActivityTraceFlags.Recorded) != 0
            ? Exemplar.From(TraceId.WithValue(context.TraceId.ToString()), SpanId.WithValue(context.SpanId.ToString()))
            : Exemplar.None;
}
