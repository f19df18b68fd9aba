namespace InferenceServices.ModelServer.Memory;

/// <summary>Estimates the memory of a request's work from its bytes, before decoding.</summary>
/// <remarks>
/// Upper bounds for dense bodies: "0," is an element of 8 bytes and its output, '"",' is a BYTES element, which ONNX Runtime holds as a string object.
/// </remarks>
internal static class WorkEstimate
{
    private const int BytesPerValue = 16;
    private const int BytesPerQuote = 24;

    /// <summary>Returns the estimate for JSON: two passes of vector instructions, about 0.1 ns per byte.</summary>
    public static long OfJson(ReadOnlySpan<byte> json)
        => json.Length + (BytesPerValue * (1L + json.Count((byte)','))) + (BytesPerQuote * (long)json.Count((byte)'"'));

    /// <summary>Returns the estimate for binary tensors: a copy and an output of the same size.</summary>
    public static long OfBinary(long bytes) => 2 * bytes;
}
