namespace InferenceServices.Contracts.Errors;

/// <summary>The number of requests or loads in progress, or their memory, has reached its limit: 429 <c>server_busy</c>, with <c>Retry-After</c>.</summary>
public sealed class ServerBusyException : InferenceException
{
    private ServerBusyException(string message)
        : base(429, "server_busy", message) => RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>Creates the error for too many requests in progress.</summary>
    /// <param name="requests">Maximum number of requests in progress, <c>--max_concurrent_requests</c>.</param>
    /// <returns>The exception to throw.</returns>
    public static ServerBusyException WithRequests(int requests) => new($"The server has {requests} requests in progress already; try again later.");

    /// <summary>Creates the error for too many loads of models.</summary>
    /// <param name="loads">Maximum number of loads and unloads that run or wait.</param>
    /// <returns>The exception to throw.</returns>
    public static ServerBusyException WithLoads(int loads) => new($"{loads} loads and unloads of models run or wait already; try again later.");

    /// <summary>Creates the error for too much memory.</summary>
    /// <param name="content">What the memory is for, such as <c>request bodies</c>.</param>
    /// <param name="bytes">Maximum memory in bytes, a share of <c>--request_memory_limit</c>.</param>
    /// <returns>The exception to throw.</returns>
    public static ServerBusyException WithMemory(string content, long bytes)
        => new($"The requests in progress use nearly all of the {bytes} bytes of memory for {content} (a share of --request_memory_limit); try again later or send a smaller request.");

    /// <summary>Creates the error for a container that is nearly full.</summary>
    /// <param name="used">Bytes in use.</param>
    /// <param name="limit">Limit of the container in bytes.</param>
    /// <param name="needed">Bytes that the request needs.</param>
    /// <returns>The exception to throw.</returns>
    public static ServerBusyException WithContainer(long used, long limit, long needed)
        => new($"The server uses {used} of the container's {limit} bytes, and this request needs about {needed}; try again later or send a smaller request.");
}
