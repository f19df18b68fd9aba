using System.Buffers;
using System.Net;

namespace InferenceServices.MediaWiki.Client;

/// <summary>Complete response of a wiki, in pooled memory.</summary>
internal sealed class ApiResponse : IDisposable
{
    private const int InitialBytes = 64 << 10;

    private byte[]? _rented;
    private int _length;

    private ApiResponse(string domain, HttpResponseMessage response, TimeProvider time)
    {
        Domain = domain;
        Status = response.StatusCode;
        MediaType = response.Content.Headers.ContentType?.MediaType;
        RetryAfter = ReadRetryAfter(response, time);
    }

    /// <summary>Domain of the wiki.</summary>
    public string Domain { get; }

    public HttpStatusCode Status { get; }

    public bool IsOk => Status == HttpStatusCode.OK;

    /// <summary>Media type of the body; null without Content-Type.</summary>
    public string? MediaType { get; }

    public bool IsJson => string.Equals(MediaType, "application/json", StringComparison.OrdinalIgnoreCase);

    /// <summary>Retry-After, 0 or more; null without the header.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>The body; valid until the response is disposed.</summary>
    public ReadOnlySpan<byte> Body => _rented.AsSpan(0, _length);

    /// <summary>Reads a response to its end.</summary>
    /// <returns>Null if the body is larger than the limit.</returns>
    public static async ValueTask<ApiResponse?> ReadAsync(string domain, HttpResponseMessage response, int limitBytes, TimeProvider time, CancellationToken cancellationToken)
    {
        var announced = response.Content.Headers.ContentLength;
        if (announced > limitBytes) return null;
        var result = new ApiResponse(domain, response, time);
        var rented = ArrayPool<byte>.Shared.Rent((int)(announced + 1 ?? InitialBytes));
        var length = 0;
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            while (true)
            {
                if (length == rented.Length) rented = Grow(rented);
                var read = await body.ReadAsync(rented.AsMemory(length), cancellationToken);
                if (read == 0) break;
                length += read;
                if (length > limitBytes) return null;
            }
            (result._rented, result._length) = (rented, length);
            rented = null;
            return result;
        }
        finally
        {
            if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _rented, null) is { } rented) ArrayPool<byte>.Shared.Return(rented);
    }

    private static byte[] Grow(byte[] rented)
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(2L * rented.Length, Array.MaxLength));
        rented.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(rented);
        return larger;
    }

    // RFC 9110, section 10.2.3: seconds, or a date.
    private static TimeSpan? ReadRetryAfter(HttpResponseMessage response, TimeProvider time)
    {
        var header = response.Headers.RetryAfter;
        var wait = header?.Date is { } date ? date - time.GetUtcNow() : header?.Delta;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
