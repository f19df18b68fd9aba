using System.Buffers;

namespace InferenceServices.Client;

/// <summary>A predictor's whole body, in rented memory.</summary>
internal sealed class PredictorAnswer : IDisposable
{
    private const int InitialBytes = 4096;

    private byte[]? _rented;
    private readonly int _length;

    private PredictorAnswer(byte[] rented, int length, string? inferenceHeader)
    {
        _rented = rented;
        _length = length;
        InferenceHeader = inferenceHeader;
    }

    /// <summary>Valid until disposed.</summary>
    public ReadOnlyMemory<byte> Memory => _rented.AsMemory(0, _length);

    /// <summary>Its <c>Inference-Header-Content-Length</c>; null without.</summary>
    public string? InferenceHeader { get; }

    /// <summary>Reads to the end.</summary>
    /// <returns>Null for more than the limit, announced or arrived.</returns>
    public static async ValueTask<PredictorAnswer?> ReadAsync(HttpResponseMessage response, int limitBytes, CancellationToken cancellationToken)
    {
        var announced = response.Content.Headers.ContentLength;
        if (announced > limitBytes) return null;
        var header = response.Headers.NonValidated.TryGetValues(Codecs.V2.InferenceHeader.Name, out var values) ? values.ToString() : null;
        var rented = ArrayPool<byte>.Shared.Rent((int)(announced ?? InitialBytes));
        var length = 0;
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            // With a Content-Length, exactly that many bytes are read; the connection checks the length.
            while (length != announced)
            {
                if (length == rented.Length) rented = Grow(rented);
                var read = await body.ReadAsync(rented.AsMemory(length), cancellationToken);
                if (read == 0) break;
                length += read;
                if (length > limitBytes) return null;
            }
            var answer = new PredictorAnswer(rented, length, header);
            rented = null;
            return answer;
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
}
