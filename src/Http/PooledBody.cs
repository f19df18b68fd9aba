using System.Buffers;

namespace InferenceServices.Http;

/// <summary>A complete response body of limited size, in pooled memory.</summary>
public sealed class PooledBody : IDisposable
{
    // For a body without Content-Length, as after decompression: most responses fit without a copy.
    private const int InitialBytes = 64 << 10;

    private readonly int _length;
    private byte[]? _rented;

    private PooledBody(byte[] rented, int length) => (_rented, _length) = (rented, length);

    /// <summary>Gets the body; valid until disposed.</summary>
    public ReadOnlyMemory<byte> Memory => _rented.AsMemory(0, _length);

    /// <summary>Reads a body to its end.</summary>
    /// <param name="content">Content of the response.</param>
    /// <param name="limitBytes">Maximum size in bytes, after decompression.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    /// <returns>The body, which the caller disposes; null if the body or its Content-Length exceeds the limit.</returns>
    public static async ValueTask<PooledBody?> ReadAsync(HttpContent content, int limitBytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        var contentLength = content.Headers.ContentLength;
        if (contentLength > limitBytes) return null;
        var rented = ArrayPool<byte>.Shared.Rent((int)(contentLength ?? InitialBytes));
        var length = 0;
        try
        {
            await using var body = await content.ReadAsStreamAsync(cancellationToken);
            // The connection checks that a body has its Content-Length; no further read is needed.
            while (length != contentLength)
            {
                if (length == rented.Length) rented = Grow(rented);
                var read = await body.ReadAsync(rented.AsMemory(length), cancellationToken);
                if (read == 0) break;
                length += read;
                if (length > limitBytes) return null;
            }
            var result = new PooledBody(rented, length);
            rented = null;
            return result;
        }
        finally
        {
            if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <inheritdoc/>
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
}
