using System.Net;
using System.Net.Http.Headers;
using InferenceServices.StorageInitializer.Transfer;

namespace InferenceServices.StorageInitializer.Sources;

/// <summary>A single file of a web server. The address may end with its SHA-256: <c>#sha256=…</c>.</summary>
internal sealed class HttpSource : ModelSource
{
    private const string DigestMark = "#sha256=";

    private readonly Uri _address;
    private readonly FileDigest? _digest;
    private readonly StorageHttp _http;

    public HttpSource(Uri address, StorageHttp http)
    {
        _http = http;
        _address = new UriBuilder(address) { Fragment = "" }.Uri;
        if (address.Fragment.Length == 0) return;
        _digest = (address.Fragment.StartsWith(DigestMark, StringComparison.Ordinal) ? FileDigest.Sha256(address.Fragment[DigestMark.Length..]) : null)
            ?? throw new StorageException(FailureCategory.Unsupported, $"The fragment must be sha256= and 64 hexadecimal digits; got {address.Fragment}.");
    }

    public override async Task<IReadOnlyList<RemoteFile>> ListAsync(CancellationToken cancellationToken)
    {
        var name = Uri.UnescapeDataString(_address.Segments[^1]);
        if (name.EndsWith('/')) throw new StorageException(FailureCategory.Unsupported, "The address does not name a file: folders of a web server cannot be listed.");

        return await _http.RetryAsync(async () => (IReadOnlyList<RemoteFile>)[await ProbeAsync(name, cancellationToken)], cancellationToken);
    }

    // Requests the first byte instead of HEAD, which signed addresses do not allow.
    private async Task<RemoteFile> ProbeAsync(string name, CancellationToken cancellationToken)
    {
        using var first = await SendAsync(new RangeHeaderValue(0, 0), cancellationToken);
        if (first.StatusCode == HttpStatusCode.PartialContent && first.Content.Headers.ContentRange?.Length is { } total) return CreateFile(name, first, total, supportsRanges: true);
        if (first.StatusCode == HttpStatusCode.OK) return CreateFile(name, first, first.Content.Headers.ContentLength, supportsRanges: false);
        // Empty files have no first byte, and some servers send ranges of a body of unknown length.
        using var all = await SendAsync(range: null, cancellationToken);
        return all.StatusCode == HttpStatusCode.OK
            ? CreateFile(name, all, all.Content.Headers.ContentLength, supportsRanges: false)
            : throw new StorageException(FailureCategory.Corrupt, $"The server answered {(int)all.StatusCode} to a request for all of {name}.");
    }

    private Task<HttpResponseMessage> SendAsync(RangeHeaderValue? range, CancellationToken cancellationToken)
        => _http.SendAsync(() => ValueTask.FromResult(Get(_address, range)), cancellationToken);

    private RemoteFile CreateFile(string name, HttpResponseMessage response, long? length, bool supportsRanges)
    {
        if (length is null && _digest is null && response.Headers.TransferEncodingChunked != true)
            throw new StorageException(
                FailureCategory.Corrupt,
                "The server does not send the file's length, so a truncated download cannot be detected. Add the checksum to the address: ADDRESS#sha256=….");
        var (tag, changed) = (StorageHttp.GetEntityTag(response), response.Content.Headers.LastModified);
        return new RemoteFile(name, _address, length)
        {
            // Without ETag, date or checksum, ranges may belong to two versions of the file.
            SupportsRanges = supportsRanges && (tag is not null || changed is not null || _digest is not null),
            EntityTag = tag,
            LastModified = tag is null ? changed : null,
            Digest = _digest,
        };
    }

    public override ValueTask<HttpRequestMessage> CreateRequestAsync(RemoteFile file, RangeHeaderValue? range, CancellationToken cancellationToken)
        => ValueTask.FromResult(Get(file.Address, range));
}
