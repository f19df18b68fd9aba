using InferenceServices.Contracts.Errors;
using InferenceServices.ModelServer.Hosting;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Bodies;

/// <summary>Admission control: limits the number of requests in flight, and the memory of their bodies.</summary>
/// <remarks>A body of a few kilobytes stays in Kestrel's own buffer and is not counted; connections are limited, and so are these buffers.</remarks>
internal sealed class RequestLimiter
{
    // Share of the container's memory. Tensors and responses need as much again, models the rest.
    private const int DefaultShare = 8;

    private readonly int _maxRequests;
    private readonly long _maxBytes;
    private int _requests;
    private long _bytes;

    public RequestLimiter(IOptions<ModelServerOptions> options)
    {
        _maxRequests = options.Value.MaxConcurrentRequests;
        _maxBytes = options.Value.RequestMemoryLimit is > 0 and var bytes ? bytes : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / DefaultShare;
    }

    /// <summary>Admits a request and reserves memory for it.</summary>
    /// <exception cref="ServerBusyException">A limit is reached: 429. Nothing is reserved.</exception>
    public void Acquire(long bytes)
    {
        if (_maxRequests > 0 && Interlocked.Increment(ref _requests) > _maxRequests)
        {
            Interlocked.Decrement(ref _requests);
            throw ServerBusyException.WithRequests(_maxRequests);
        }
        try
        {
            Reserve(bytes);
        }
        catch
        {
            Release(0);
            throw;
        }
    }

    /// <summary>Reserves more memory for an admitted request.</summary>
    /// <exception cref="ServerBusyException">The memory limit is reached: 429. Earlier reservations stay.</exception>
    public void Reserve(long bytes)
    {
        if (bytes == 0 || Interlocked.Add(ref _bytes, bytes) <= _maxBytes) return;
        Interlocked.Add(ref _bytes, -bytes);
        throw ServerBusyException.WithMemory(_maxBytes);
    }

    /// <summary>Returns part of a request's memory.</summary>
    public void Unreserve(long bytes)
    {
        if (bytes > 0) Interlocked.Add(ref _bytes, -bytes);
    }

    /// <summary>Ends a request and returns all its memory.</summary>
    public void Release(long bytes)
    {
        if (_maxRequests > 0) Interlocked.Decrement(ref _requests);
        Unreserve(bytes);
    }
}
