using System.Diagnostics;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.ModelServer.Hosting;
using Microsoft.Extensions.ObjectPool;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Memory;

/// <summary>
/// Admission control: the number of requests in progress and their memory, in two pools. A body is charged as its bytes arrive; the work (tensors,
/// outputs, answer) is charged before the body is decoded. Bodies that arrive slowly therefore take nothing from complete requests.
/// </summary>
internal sealed class RequestMemory
{
    // Shares of the memory for requests. The rest is for ONNX Runtime's arena, which limits itself: OnnxRuntime.ArenaShare.
    private const double BodyShare = 0.3;
    private const double WorkShare = 0.4;

    private const int LeastShareDivisor = 16;

    // Above this part of the limit, large requests are rejected whatever the pools say.
    private const double HighWater = 0.95;
    private const long LargeBytes = 1 << 20;

    private readonly ContainerMemory _container;
    private readonly int _maxRequests;
    private readonly TimeSpan _bodyTimeout;
    private readonly double _minDataRate;
    private readonly long _configuredBytes;
    private readonly ObjectPool<MemoryReservation> _reservations;
    private int _requests;

    public RequestMemory(IOptions<ModelServerOptions> options)
        : this(options, new ContainerMemory())
    {
    }

    public RequestMemory(IOptions<ModelServerOptions> options, ContainerMemory container)
    {
        _container = container;
        _maxRequests = options.Value.MaxConcurrentRequests;
        _configuredBytes = options.Value.RequestMemoryLimit;
        _bodyTimeout = TimeSpan.FromSeconds(options.Value.RequestBodyTimeoutSeconds);
        _minDataRate = options.Value.MinDataRate;
        AnswerTimeout = TimeSpan.FromSeconds(options.Value.ResponseTimeoutSeconds);
        _reservations = new DefaultObjectPool<MemoryReservation>(new ReservationPolicy(this), maximumRetained: 256);
        Bodies = new MemoryPool("request bodies");
        Work = new MemoryPool("tensors and answers");
        Measure();
    }

    /// <summary>Memory of bodies.</summary>
    public MemoryPool Bodies { get; }

    /// <summary>Memory of tensors, outputs and answers.</summary>
    public MemoryPool Work { get; }

    /// <summary>Decompresses and parses large bodies.</summary>
    public LargeWork Decoding { get; } = new();

    /// <summary>Writes large answers. Separate, so that answers, which hold memory of the runtime, do not wait for new requests.</summary>
    public LargeWork Encoding { get; } = new();

    /// <summary>Gets or sets the time before the minimum data rate applies. Tests set less.</summary>
    public TimeSpan GracePeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Sets when more of a body must have arrived: at the timeout, or earlier at the minimum data rate.</summary>
    /// <param name="deadline">Cancelled at that time.</param>
    /// <param name="started">Timestamp of the start of the body.</param>
    /// <param name="bytes">Bytes that have arrived.</param>
    public void SetBodyDeadline(CancellationTokenSource deadline, long started, long bytes)
    {
        var time = _minDataRate > 0 ? GracePeriod + TimeSpan.FromSeconds(bytes / _minDataRate) : _bodyTimeout;
        var remaining = (time < _bodyTimeout ? time : _bodyTimeout) - Stopwatch.GetElapsedTime(started);
        deadline.CancelAfter(remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero);
    }

    /// <summary>Time in which the client must read a large answer.</summary>
    public TimeSpan AnswerTimeout { get; }

    /// <summary>Whether requests hold less than a tenth of either pool.</summary>
    public bool IsIdle => Bodies.UsedBytes < Bodies.LimitBytes / 10 && Work.UsedBytes < Work.LimitBytes / 10;

    /// <summary>Sets the limits of the pools from what the process uses now without requests: models, runtime, code.</summary>
    public void Measure()
    {
        var total = _configuredBytes > 0 ? _configuredBytes : Math.Max(_container.ReadAvailableBytes(), _container.LimitBytes / LeastShareDivisor);
        (Bodies.LimitBytes, Work.LimitBytes) = ((long)(total * BodyShare), (long)(total * WorkShare));
    }

    /// <summary>Admits a request.</summary>
    /// <returns>The reservation of the request; disposing it ends the request.</returns>
    /// <exception cref="ServerBusyException">Too many requests are in progress: 429.</exception>
    public MemoryReservation Admit()
    {
        if (Interlocked.Increment(ref _requests) > _maxRequests && _maxRequests > 0)
        {
            Interlocked.Decrement(ref _requests);
            throw ServerBusyException.WithRequests(_maxRequests);
        }
        return _reservations.Get();
    }

    /// <summary>Ends a request.</summary>
    public void Return(MemoryReservation reservation)
    {
        Interlocked.Decrement(ref _requests);
        _reservations.Return(reservation);
    }

    /// <summary>Throws if the container is nearly full: estimates are not exact, and other memory grows too.</summary>
    /// <exception cref="ServerBusyException">Not enough memory is free: 429.</exception>
    public void RequireFree(long bytes)
    {
        // Reading the usage takes tens of microseconds, which only a large request notices.
        if (bytes < LargeBytes || _configuredBytes > 0) return;
        var used = _container.ReadUsedBytes();
        if (used + bytes > HighWater * _container.LimitBytes) throw ServerBusyException.WithContainer(used, _container.LimitBytes, bytes);
    }

    private sealed class ReservationPolicy(RequestMemory memory) : IPooledObjectPolicy<MemoryReservation>
    {
        public MemoryReservation Create() => new(memory);

        public bool Return(MemoryReservation obj) => true;
    }
}
