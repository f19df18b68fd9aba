using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Client;

/// <summary>Request body: JSON in rented memory, followed by the tensors directly from their memory.</summary>
internal sealed class PredictorContent : HttpContent
{
    private readonly IReadOnlyList<InferInput> _behind;
    private readonly int _jsonLength;
    private byte[]? _json;

    /// <summary>Creates a body from a copy of the JSON.</summary>
    /// <param name="contentType">Content type, sent unchanged.</param>
    /// <param name="json">JSON part.</param>
    /// <param name="behind">Inputs whose binary data follow the JSON. The caller owns them.</param>
    public PredictorContent(string contentType, ReadOnlySpan<byte> json, IReadOnlyList<InferInput> behind)
    {
        _json = ArrayPool<byte>.Shared.Rent(json.Length);
        json.CopyTo(_json);
        _jsonLength = json.Length;
        _behind = behind;
        Headers.ContentType = new MediaTypeHeaderValue(contentType);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(_json.AsMemory(0, _jsonLength), cancellationToken);
        for (var i = 0; i < _behind.Count; i++) await stream.WriteAsync(_behind[i].Tensor.Memory, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _jsonLength;
        for (var i = 0; i < _behind.Count; i++) length += _behind[i].Tensor.Bytes.Length;
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (Interlocked.Exchange(ref _json, null) is { } rented) ArrayPool<byte>.Shared.Return(rented);
        base.Dispose(disposing);
    }
}
