using System.Diagnostics;
using Grpc.Core;
using InferenceServices.Contracts.Serving;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.ObjectPool;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>
/// Collects the telemetry of one request: model, stage times, cache outcome and status. Pooled. Not thread-safe: the steps of a request write to
/// the record one after the other.
/// </summary>
internal sealed class RequestRecord : IResettable
{
    private const int NoStage = -1;

    private static readonly string[] Protocols = ["", "v1", "v2", "grpc"];

    private static readonly ActivitySource Source = new("InferenceServices.ModelServer");

    private readonly long[] _ticks = new long[StageName.Count];
    private int _stage;
    private long _stageStartedAt;
    private long _startedAt;
    private Activity? _parent;
    private Activity? _span;

    public RequestRecord() => TryReset();

    /// <summary>Gets the protocol of the inference; <see cref="RequestProtocol.None"/> for any other request.</summary>
    public RequestProtocol Protocol { get; private set; }

    /// <summary>Gets or sets the name of an existing model or service; empty until the model is found. Requested names are unbounded and never stored here.</summary>
    public string ModelName { get; set; } = "";

    /// <summary>Gets or sets the request ID.</summary>
    public string RequestId { get; set; } = "";

    /// <summary>Gets or sets the <c>code</c> of the error response; null on success.</summary>
    public string? ErrorCode { get; set; }

    /// <summary>Gets or sets the gRPC status; null over HTTP.</summary>
    public StatusCode? GrpcStatus { get; set; }

    /// <summary>Gets the time in the queue, part of <see cref="Stage.Predict"/>; null when the model runs in another process.</summary>
    public TimeSpan? QueueTime { get; private set; }

    /// <summary>Gets the outcome of the cache lookup.</summary>
    public CacheOutcome CacheOutcome { get; private set; }

    /// <summary>Gets the age of the response; zero when it was computed for this request.</summary>
    public TimeSpan CacheAge { get; private set; }

    /// <summary>Gets how long the response may be cached after its computation; null when it must not be cached.</summary>
    public TimeSpan? CacheLifetime { get; private set; }

    /// <summary>Gets the protocol as written in labels and log lines.</summary>
    public string ProtocolName => Protocols[(int)Protocol];

    /// <summary>Gets the time since the request started.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_startedAt);

    /// <summary>Rounds a duration to microseconds.</summary>
    /// <returns>Milliseconds; 0 for null.</returns>
    public static double ToMilliseconds(TimeSpan? elapsed) => elapsed is { } time ? Math.Max(0.001, Math.Round(time.TotalMilliseconds, 3)) : 0;

    /// <summary>Gets the record of a request; <see cref="TelemetryMiddleware"/> sets it first.</summary>
    public static RequestRecord FromContext(HttpContext http) => http.Features.GetRequiredFeature<RequestRecord>();

    /// <summary>Creates a record for work that a request starts and that may outlast the request.</summary>
    public static RequestRecord CreateChild(RequestRecord parent)
        => new() { _startedAt = parent._startedAt, _parent = parent._parent, ModelName = parent.ModelName };

    /// <summary>Starts the request.</summary>
    public void Start() => (_startedAt, _parent) = (Stopwatch.GetTimestamp(), Activity.Current);

    /// <summary>Marks the request as an inference.</summary>
    public void StartInference(RequestProtocol protocol)
    {
        Protocol = protocol;
        if (protocol == RequestProtocol.Grpc) GrpcStatus = StatusCode.OK;
    }

    /// <summary>Ends the current stage and starts the next. A stage may start several times, as for each element of a batch.</summary>
    public void StartStage(Stage stage)
    {
        var now = Stopwatch.GetTimestamp();
        EndStage(now);
        (_stage, _stageStartedAt) = ((int)stage, now);
        if (Source.HasListeners()) StartSpan();
    }

    /// <summary>Ends the current stage, successful or not.</summary>
    public void EndStage() => EndStage(Stopwatch.GetTimestamp());

    /// <summary>Adds the queue time of one inference.</summary>
    /// <param name="queueTime">Null when the model runs in another process.</param>
    public void AddQueueTime(TimeSpan? queueTime)
    {
        if (queueTime is { } time) QueueTime = (QueueTime ?? TimeSpan.Zero) + time;
    }

    /// <summary>Adds the times of a child.</summary>
    /// <param name="child">Completed.</param>
    public void Merge(RequestRecord child)
    {
        AddQueueTime(child.QueueTime);
        for (var stage = 0; stage < _ticks.Length; stage++)
            if (child._ticks[stage] >= 0) _ticks[stage] = Math.Max(_ticks[stage], 0) + child._ticks[stage];
    }

    /// <summary>Adds the outcome of one cache lookup. A V2 request to a service has one for each element.</summary>
    public void AddCacheOutcome(CacheOutcome outcome, TimeSpan age, TimeSpan? lifetime)
    {
        CacheLifetime = CacheOutcome == CacheOutcome.None || lifetime is null ? lifetime : CacheLifetime;
        if (outcome > CacheOutcome) CacheOutcome = outcome;
        if (age > CacheAge) CacheAge = age;
    }

    /// <summary>Gets the total time of a stage; null when the stage never started.</summary>
    public TimeSpan? this[Stage stage] => _ticks[(int)stage] is >= 0 and var ticks ? Stopwatch.GetElapsedTime(0, ticks) : null;

    /// <inheritdoc/>
    public bool TryReset()
    {
        Array.Fill(_ticks, -1);
        _parent = null;
        (CacheOutcome, CacheAge, CacheLifetime) = (CacheOutcome.None, TimeSpan.Zero, null);
        (_stage, Protocol, ModelName, RequestId, ErrorCode, GrpcStatus, QueueTime) = (NoStage, RequestProtocol.None, "", "", null, null, null);
        return true;
    }

    private void EndStage(long now)
    {
        if (_stage == NoStage) return;
        _ticks[_stage] = Math.Max(_ticks[_stage], 0) + now - _stageStartedAt;
        _stage = NoStage;
        if (_span is not null) EndSpan(_span);
    }

    // The parent is explicit: Activity.Current may be a stage that another thread has ended.
    private void StartSpan()
    {
        _span = Source.StartActivity(StageName.Of((Stage)_stage), ActivityKind.Internal, _parent?.Context ?? default);
        _span?.SetTag("model_name", ModelName);
    }

    private void EndSpan(Activity span)
    {
        // An error ends the stage that caused it.
        if (ErrorCode is not null) span.SetStatus(ActivityStatusCode.Error, ErrorCode);
        span.Dispose();
        _span = null;
    }
}
