namespace InferenceServices.Contracts.Errors;

/// <summary>The requests in hand are as many, or hold as much memory, as the server allows: 429 <c>server_busy</c>, with <c>Retry-After</c>.</summary>
public sealed class ServerBusyException : InferenceException
{
    private ServerBusyException(string message)
        : base(429, "server_busy", message) => RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>Refuses because of their number.</summary>
    /// <param name="requests">Most requests in hand, <c>--max_concurrent_requests</c>.</param>
    /// <returns>The exception to throw.</returns>
    public static ServerBusyException WithRequests(int requests) => new($"The server has {requests} requests in hand already; try again later.");

    /// <summary>Refuses because of their size.</summary>
    /// <param name="bytes">Most memory their bodies may take, <c>--request_memory_limit</c>.</param>
    /// <returns>The exception to throw.</returns>
    public static ServerBusyException WithMemory(long bytes)
        => new($"The requests in hand hold nearly all of the {bytes} bytes of memory there are for them; try again later, or with a smaller request.");
}
