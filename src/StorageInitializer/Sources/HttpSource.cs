using System.Net;
using System.Net.Http.Headers;
using InferenceServices.StorageInitializer.Transfer;

namespace InferenceServices.StorageInitializer.Sources;

/// <summary>One file of a web server. Its SHA-256 may stand at the address's end: <c>#sha256=…</c>.</summary>
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
            ?? throw new StorageException(FailureCategory.Unsupported, $"What follows # must be sha256= and 64 hexadecimal digits; it is {address.Fragment}.");
    }

    public override async Task<IReadOnlyList<RemoteFile>> ListAsync(CancellationToken cancellationToken)
    {
        var name = Uri.UnescapeDataString(_address.Segments[^1]);
        if (name.EndsWith('/')) throw new StorageException(FailureCategory.Unsupported, "The address names no file: a web server has no listing of a folder.");

        return await _http.RetryAsync(async () => (IReadOnlyList<RemoteFile>)[await FindAsync(name, cancellationToken)], cancellationToken);
    }

    // The first byte tells what HEAD would, which signed addresses do not allow.
    private async Task<RemoteFile> FindAsync(string name, CancellationToken cancellationToken)
    {
        using var first = await AskAsync(new RangeHeaderValue(0, 0), cancellationToken);
        if (first.StatusCode == HttpStatusCode.PartialContent && first.Content.Headers.ContentRange?.Length is { } total) return FileOf(name, first, total, hasRanges: true);
        if (first.StatusCode == HttpStatusCode.OK) return FileOf(name, first, first.Content.Headers.ContentLength, hasRanges: false);
        // A file of no bytes has no first one, and some servers cut pieces from what has no known end.
        using var all = await AskAsync(range: null, cancellationToken);
        return all.StatusCode == HttpStatusCode.OK
            ? FileOf(name, all, all.Content.Headers.ContentLength, hasRanges: false)
            : throw new StorageException(FailureCategory.Damaged, $"Asked for all of {name}, the server answers {(int)all.StatusCode}.");
    }

    private Task<HttpResponseMessage> AskAsync(RangeHeaderValue? range, CancellationToken cancellationToken)
        => _http.SendAsync(() => ValueTask.FromResult(Get(_address, range)), cancellationToken);

    private RemoteFile FileOf(string name, HttpResponseMessage answer, long? length, bool hasRanges)
    {
        if (length is null && _digest is null && answer.Headers.TransferEncodingChunked != true)
            throw new StorageException(
                FailureCategory.Damaged,
                "The server does not say how long the file is, so half of it could not be told from all of it. Give its checksum: ADDRESS#sha256=….");
        var (tag, changed) = (StorageHttp.EntityTagOf(answer), answer.Content.Headers.LastModified);
        return new RemoteFile(name, _address, length)
        {
            // Pieces of a file that nothing tells from its successor may be of two files.
            HasRanges = hasRanges && (tag is not null || changed is not null || _digest is not null),
            EntityTag = tag,
            LastModified = tag is null ? changed : null,
            Digest = _digest,
        };
    }

    public override ValueTask<HttpRequestMessage> RequestAsync(RemoteFile file, RangeHeaderValue? range, CancellationToken cancellationToken)
        => ValueTask.FromResult(Get(file.Address, range));
}
