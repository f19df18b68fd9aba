namespace InferenceServices.Contracts.Errors;

/// <summary>The number of requests in flight or the memory of their bodies has reached its limit: 429 <c>server_busy</c>, with <c>Retry-After</c>.</summary>
public sealed class ServerBusyException : InferenceException
{
    private ServerBusyException(string message)
        : base(429, "server_busy", message) => RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>Creates the error for too many requests in flight.</summary>
    /// <param name="requests">Maximum number of requests in flight, <c>--max_concurrent_requests</c>.</param>
    /// <returns>The exception to throw.</returns>
    public static ServerBusyException WithRequests(int requests) => new($"The server has {requests} requests in progress already; try again later.");

    /// <summary>Creates the error for too much memory of request bodies.</summary>
    /// <param name="bytes">Maximum memory of request bodies in bytes, <c>--request_memory_limit</c>.</param>
    /// <returns>The exception to throw.</returns>
    public static ServerBusyException WithMemory(long bytes)
        => new($"The requests in progress use nearly all of the {bytes} bytes of memory for request bodies; try again later or send a smaller request.");
}
