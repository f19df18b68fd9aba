namespace InferenceServices.Contracts.Serving;

/// <summary>
/// Gives code that calls other services access to the headers of the request being answered. The server sets it only if it is registered:
/// the value flows with the execution context, which costs every request an allocation.
/// </summary>
public sealed class RequestHeadersAccessor
{
    private readonly AsyncLocal<IRequestHeaders?> _current = new();

    /// <summary>The headers of the current request; null outside a request.</summary>
    public IRequestHeaders? Current
    {
        get => _current.Value;
        set => _current.Value = value;
    }
}
