using InferenceServices.Contracts.Errors;
using InferenceServices.ModelServer.Hosting;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Codecs;

/// <summary>What the requests in hand may come to together: their number, and the memory that their bodies take.</summary>
/// <remarks>A body that lies in one of Kestrel's own buffers, a few kilobytes, takes none; connections are limited, and so those buffers are.</remarks>
internal sealed class RequestBudget
{
    // Of what the container has: tensors made of the bodies, and answers, take as much again, and models the rest.
    private const int DefaultShare = 8;

    private readonly int _maxRequests;
    private readonly long _maxBytes;
    private int _requests;
    private long _bytes;

    public RequestBudget(IOptions<ModelServerOptions> options)
    {
        _maxRequests = options.Value.MaxConcurrentRequests;
        _maxBytes = options.Value.RequestMemoryLimit is > 0 and var bytes ? bytes : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / DefaultShare;
    }

    /// <summary>One more request, with some memory.</summary>
    /// <exception cref="ServerBusyException">429; it has not entered.</exception>
    public void Enter(long bytes)
    {
        if (_maxRequests > 0 && Interlocked.Increment(ref _requests) > _maxRequests)
        {
            Interlocked.Decrement(ref _requests);
            throw ServerBusyException.WithRequests(_maxRequests);
        }
        try
        {
            Take(bytes);
        }
        catch
        {
            Leave(0);
            throw;
        }
    }

    /// <summary>A request takes more memory.</summary>
    /// <exception cref="ServerBusyException">429; it has what it had.</exception>
    public void Take(long bytes)
    {
        if (bytes == 0 || Interlocked.Add(ref _bytes, bytes) <= _maxBytes) return;
        Interlocked.Add(ref _bytes, -bytes);
        throw ServerBusyException.WithMemory(_maxBytes);
    }

    /// <summary>A request gives memory back.</summary>
    public void Release(long bytes)
    {
        if (bytes > 0) Interlocked.Add(ref _bytes, -bytes);
    }

    /// <summary>A request is over and gives back all its memory.</summary>
    public void Leave(long bytes)
    {
        if (_maxRequests > 0) Interlocked.Decrement(ref _requests);
        Release(bytes);
    }
}
