using System.Diagnostics;
using Grpc.Core;
using InferenceServices.ModelServer.PredictionCache;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.ObjectPool;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>
/// What will be told of a request once it is over: whose it was, what its stages took, how it ended. Written by one step of the request after the
/// other, never by two at a time, and used again for a later request.
/// </summary>
internal sealed class RequestRecord : IResettable
{
    private const int NoStage = -1;

    private static readonly string[] Protocols = ["", "v1", "v2", "grpc"];

    private static readonly ActivitySource Source = new("InferenceServices.ModelServer");

    private readonly long[] _ticks = new long[StageName.Count];
    private int _stage;
    private long _enteredAt;
    private long _openedAt;
    private Activity? _parent;
    private Activity? _span;

    public RequestRecord() => TryReset();

    /// <summary>None for what is no inference, of which nothing but its end is told.</summary>
    public RequestProtocol Protocol { get; private set; }

    /// <summary>A model or service that is there; empty as long as none was found. What a caller asks for is not bounded, what there is is.</summary>
    public string ModelName { get; set; } = "";

    /// <summary>The name the request goes by.</summary>
    public string RequestId { get; set; } = "";

    /// <summary>The <c>code</c> of the error it got; null for an answer.</summary>
    public string? Refusal { get; set; }

    /// <summary>How a call over gRPC ended; null over HTTP.</summary>
    public StatusCode? GrpcStatus { get; set; }

    /// <summary>How long it waited for an executor, as part of <see cref="Stage.Predict"/>; null where the model is elsewhere.</summary>
    public TimeSpan? Queue { get; private set; }

    /// <summary>Where the answer came from.</summary>
    public CacheOutcome Cache { get; private set; }

    /// <summary>How old the answer is; zero when it was made for this request.</summary>
    public TimeSpan CacheAge { get; private set; }

    /// <summary>How long the answer may be kept from when it was made; null for no time.</summary>
    public TimeSpan? CacheLifetime { get; private set; }

    /// <summary>As labels and log lines have it.</summary>
    public string ProtocolName => Protocols[(int)Protocol];

    /// <summary>Since it came.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_openedAt);

    /// <summary>A time as it is told: to the microsecond, more is noise.</summary>
    /// <returns>0 for none.</returns>
    public static double Milliseconds(TimeSpan? elapsed) => elapsed is { } time ? Math.Max(0.001, Math.Round(time.TotalMilliseconds, 3)) : 0;

    /// <summary>The record of a request, made before anything else is done with it.</summary>
    public static RequestRecord Of(HttpContext http) => http.Features.GetRequiredFeature<RequestRecord>();

    /// <summary>A record of work that is done for a request and may outlast it.</summary>
    public static RequestRecord PartOf(RequestRecord whole) => new() { _openedAt = whole._openedAt, _parent = whole._parent, ModelName = whole.ModelName };

    /// <summary>A request has come.</summary>
    public void Open() => (_openedAt, _parent) = (Stopwatch.GetTimestamp(), Activity.Current);

    /// <summary>It turns out to be an inference.</summary>
    public void Begin(RequestProtocol protocol)
    {
        Protocol = protocol;
        if (protocol == RequestProtocol.Grpc) GrpcStatus = StatusCode.OK;
    }

    /// <summary>A stage begins; the one before it has ended. A stage may come again, as for each element of a batch.</summary>
    public void Enter(Stage stage)
    {
        var now = Stopwatch.GetTimestamp();
        Leave(now);
        (_stage, _enteredAt) = ((int)stage, now);
        if (Source.HasListeners()) StartSpan();
    }

    /// <summary>The stage that runs has ended, well or not.</summary>
    public void Leave() => Leave(Stopwatch.GetTimestamp());

    /// <summary>A run of a model in this process says how long it was waited for.</summary>
    public void AddQueue(TimeSpan? queue)
    {
        if (queue is { } waited) Queue = (Queue ?? TimeSpan.Zero) + waited;
    }

    /// <summary>Takes over the times of a part that has ended.</summary>
    public void Add(RequestRecord part)
    {
        AddQueue(part.Queue);
        for (var stage = 0; stage < _ticks.Length; stage++)
            if (part._ticks[stage] >= 0) _ticks[stage] = Math.Max(_ticks[stage], 0) + part._ticks[stage];
    }

    /// <summary>A cache was asked for the answer, or for one part of it.</summary>
    public void AddCache(CacheOutcome outcome, TimeSpan age, TimeSpan? lifetime)
    {
        CacheLifetime = Cache == CacheOutcome.None || lifetime is null ? lifetime : CacheLifetime;
        if (outcome > Cache) Cache = outcome;
        if (age > CacheAge) CacheAge = age;
    }

    /// <summary>What a stage took altogether; null when it was never entered.</summary>
    public TimeSpan? this[Stage stage] => _ticks[(int)stage] is >= 0 and var ticks ? Stopwatch.GetElapsedTime(0, ticks) : null;

    /// <inheritdoc/>
    public bool TryReset()
    {
        Array.Fill(_ticks, -1);
        _parent = null;
        (Cache, CacheAge, CacheLifetime) = (CacheOutcome.None, TimeSpan.Zero, null);
        (_stage, Protocol, ModelName, RequestId, Refusal, GrpcStatus, Queue) = (NoStage, RequestProtocol.None, "", "", null, null, null);
        return true;
    }

    private void Leave(long now)
    {
        if (_stage == NoStage) return;
        _ticks[_stage] = Math.Max(_ticks[_stage], 0) + now - _enteredAt;
        _stage = NoStage;
        if (_span is not null) EndSpan(_span);
    }

    // Its parent is named: what is current where a stage begins may be a stage that has ended elsewhere.
    private void StartSpan()
    {
        _span = Source.StartActivity(StageName.Of((Stage)_stage), ActivityKind.Internal, _parent?.Context ?? default);
        _span?.SetTag("model_name", ModelName);
    }

    private void EndSpan(Activity span)
    {
        // The stage a refusal came out of is the one that is left after it.
        if (Refusal is not null) span.SetStatus(ActivityStatusCode.Error, Refusal);
        span.Dispose();
        _span = null;
    }
}
