namespace InferenceServices.Contracts.Errors;

/// <summary>A request is larger than the server can take: 413 <c>payload_too_large</c>.</summary>
public sealed class PayloadTooLargeException : InferenceException
{
    /// <summary>Creates the error for a body that is larger than its limit.</summary>
    /// <param name="limitBytes">The limit in bytes.</param>
    public PayloadTooLargeException(long limitBytes)
        : this($"The request body is larger than the {limitBytes} bytes this service takes.")
    {
    }

    private PayloadTooLargeException(string message)
        : base(413, "payload_too_large", message)
    {
    }

    /// <summary>Creates the error for a request whose memory can never be available.</summary>
    /// <param name="bytes">Bytes that the request needs.</param>
    /// <param name="limitBytes">Most bytes for one request.</param>
    /// <param name="content">What the memory is for, such as <c>request bodies</c>.</param>
    /// <returns>The exception to throw.</returns>
    public static PayloadTooLargeException ForMemory(long bytes, long limitBytes, string content)
        => new($"The request needs about {bytes} bytes of memory for {content}, more than the {limitBytes} bytes for one request (a share of --request_memory_limit); send a smaller request.");

    /// <summary>Creates the error for a gRPC message that is larger than its limit.</summary>
    /// <param name="bytes">Length of the message in bytes, after its coding is undone.</param>
    /// <param name="limitBytes">The limit in bytes.</param>
    /// <param name="limit">What sets the limit, such as <c>--grpc_max_receive_message_length</c>.</param>
    /// <returns>The exception to throw.</returns>
    public static PayloadTooLargeException ForMessage(long bytes, long limitBytes, string limit)
        => new($"The message has {bytes} bytes, more than the {limitBytes} bytes of {limit}.");

    /// <summary>Creates the error for a gRPC response that is larger than its limit.</summary>
    /// <param name="bytes">Length of the response message in bytes, uncompressed.</param>
    /// <param name="limitBytes">The limit in bytes.</param>
    /// <param name="limit">What sets the limit, such as <c>--grpc_max_send_message_length</c>.</param>
    /// <returns>The exception to throw.</returns>
    public static PayloadTooLargeException ForResponse(long bytes, long limitBytes, string limit)
        => new($"The response message has {bytes} bytes, more than the {limitBytes} bytes of {limit}.");
}
