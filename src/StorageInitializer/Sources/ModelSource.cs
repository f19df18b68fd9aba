using System.Net.Http.Headers;
using InferenceServices.StorageInitializer.Transfer;

namespace InferenceServices.StorageInitializer.Sources;

/// <summary>A place where models are kept: says which files there are, and how one asks for them. The download is the same for all.</summary>
internal abstract class ModelSource : IDisposable
{
    /// <summary>The files of the model.</summary>
    /// <exception cref="StorageException">There are none, or they may not be seen.</exception>
    public abstract Task<IReadOnlyList<RemoteFile>> ListAsync(CancellationToken cancellationToken);

    /// <summary>A request for a file's bytes with what proves who asks; made anew for each attempt, as signatures expire.</summary>
    public abstract ValueTask<HttpRequestMessage> RequestAsync(RemoteFile file, RangeHeaderValue? range, CancellationToken cancellationToken);

    /// <summary>The source an address names.</summary>
    /// <exception cref="StorageException">It names none that is known here.</exception>
    public static ModelSource Of(string address, StorageEnvironment environment, StorageHttp http)
    {
        if (address.StartsWith("s3://", StringComparison.Ordinal)) return new S3Source(ObjectAddress.Parse(address), environment, http);
        if (address.StartsWith("gs://", StringComparison.Ordinal)) return new GoogleCloudSource(ObjectAddress.Parse(address), environment, http);
        if (address.StartsWith("hf://", StringComparison.Ordinal)) return new HuggingFaceSource(address, environment, http);
        if (address.StartsWith("oci://", StringComparison.Ordinal)) return new OciSource(address, environment, http);
        if (Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
        {
            // ACCOUNT.blob.core.windows.net or, in accounts of Azure DNS zones, ACCOUNT.z01.blob.storage.azure.net.
            if (uri!.Host.Contains(".blob.core.", StringComparison.Ordinal) || uri.Host.EndsWith(".blob.storage.azure.net", StringComparison.Ordinal)) return new AzureBlobSource(uri, environment, http);
            if (uri.Host.Contains(".file.core.", StringComparison.Ordinal) || uri.Host.EndsWith(".file.storage.azure.net", StringComparison.Ordinal)) throw Unsupported("Azure file shares");
            if (uri.AbsolutePath.EndsWith(".git", StringComparison.Ordinal)) throw Unsupported("git repositories");
            return new HttpSource(uri, http);
        }
        foreach (var scheme in (string[])["hdfs", "webhdfs", "modelscope"])
            if (address.StartsWith(scheme + "://", StringComparison.Ordinal)) throw Unsupported(scheme + "://");
        throw new StorageException(
            FailureCategory.Unsupported,
            $"Cannot recognize storage type for {ModelAddress.Shown(address)}; 's3://', 'gs://', 'hf://', 'oci://', 'pvc://', 'file://', 'http(s)://' and an existing absolute path are known.");
    }

    public virtual void Dispose()
    {
    }

    protected static HttpRequestMessage Get(Uri address, RangeHeaderValue? range)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Range = range;
        // The bytes as they are stored: a range of a compressed answer would be of no use.
        request.Headers.AcceptEncoding.ParseAdd("identity");
        return request;
    }

    private static StorageException Unsupported(string what)
        => new(FailureCategory.Unsupported, $"{what} cannot be read here; leave that address to KServe's own storage initializer (supportedUriFormats of the ClusterStorageContainer).");
}
